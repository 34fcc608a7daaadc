/** The nodes that train, load and save LoRA. */
package graft.nodes.lora;
