/**
 * What a plugin's classes find in place of {@code System.exit}, {@code System.out} and {@code System.err}.
 *
 * <p>The host puts it there as it loads them; an author writes Java as ever.
 */
package graft.node.host;
