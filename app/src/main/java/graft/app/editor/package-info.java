/**
 * What the parts of the editor share: its commands and their keys, its words, its colours and icons.
 *
 * <p>{@code canvas}, {@code shell} and {@code run} build on it and on the document; none of it knows of them.
 */
package graft.app.editor;
