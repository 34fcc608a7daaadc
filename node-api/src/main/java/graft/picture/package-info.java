/**
 * Pictures as numbers: what is cut, scaled, coloured and counted before any network sees them.
 *
 * <p>No networks and no weights; how pictures lie in files is of {@code graft.file}.
 */
package graft.picture;
