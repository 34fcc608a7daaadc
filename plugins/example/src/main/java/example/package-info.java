/** A plugin as a stranger would write it: a node, a sampler and a kind of adapter, through what is open to everybody. */
package example;
