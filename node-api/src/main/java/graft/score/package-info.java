/**
 * What tells how well a model learnt its pictures: measures of drawn pictures against those that it was trained on, a score
 * of one model, and the comparison of several.
 *
 * <p>What looks at pictures comes in through {@link graft.score.Encoders}; no network and no node lives here.
 */
package graft.score;
