/**
 * Files as others know them: safetensors, pictures, PNG text, checkpoint key maps, whole-or-not-at-all writes.
 *
 * <p>Knows no tensors of DJL and no model: bytes, names, shapes.
 */
package graft.file;
