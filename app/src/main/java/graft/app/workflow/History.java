package graft.app.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The undo list of one document: every state that it was in, without a limit.
 *
 * <p>States are immutable and share what did not change, so that undo is exact and a step costs little. Used by one
 * thread.
 */
public final class History {

    private record Step(String label, String mergeKey, Workflow after) {}

    private final Workflow first;
    private final List<Step> steps = new ArrayList<>();

    /** How many steps are done; those after it are undone. */
    private int done;

    private boolean sealed = true;
    private int depth;

    public History(Workflow first) {
        this.first = first;
    }

    /** The document as it is. */
    public Workflow current() {
        return done == 0 ? first : steps.get(done - 1).after();
    }

    /** Adds a step; what was undone is forgotten. One that changes nothing is no step. */
    public void apply(String label, Workflow next) {
        apply(label, "", next);
    }

    /**
     * Adds a step, or makes it one with the step before when that has the same key and nothing came between: typing
     * into one field, or one drag.
     *
     * @param mergeKey empty for a step of its own
     */
    public void apply(String label, String mergeKey, Workflow next) {
        if (next.equals(current())) {
            return;
        }
        steps.subList(done, steps.size()).clear();
        boolean merges = !sealed
                && done > 0
                && (depth > 0
                        || (!mergeKey.isEmpty()
                                && steps.get(done - 1).mergeKey().equals(mergeKey)));
        if (merges) {
            Step last = steps.remove(--done);
            steps.add(new Step(depth > 0 ? last.label() : label, last.mergeKey(), next));
        } else {
            steps.add(new Step(label, depth > 0 ? "" : mergeKey, next));
        }
        done++;
        sealed = false;
    }

    /** Makes all that {@code edits} applies one step, under the label of the first. */
    public void group(Runnable edits) {
        if (depth++ == 0) {
            sealed = true;
        }
        try {
            edits.run();
        } finally {
            if (--depth == 0) {
                sealed = true;
            }
        }
    }

    /** Ends a run of steps that merge: the next one is a step of its own. */
    public void seal() {
        sealed = depth == 0 || sealed;
    }

    public boolean canUndo() {
        return done > 0;
    }

    public boolean canRedo() {
        return done < steps.size();
    }

    /** What undo would take back. */
    public Optional<String> undoLabel() {
        return canUndo() ? Optional.of(steps.get(done - 1).label()) : Optional.empty();
    }

    /** What redo would do again. */
    public Optional<String> redoLabel() {
        return canRedo() ? Optional.of(steps.get(done).label()) : Optional.empty();
    }

    /** The labels of all steps, the oldest first. */
    public List<String> labels() {
        return steps.stream().map(Step::label).toList();
    }

    /** How many steps are done, of those that {@link #labels} names. */
    public int position() {
        return done;
    }

    /** Takes the last step back, if there is one, and gives the document as it then is. */
    public Workflow undo() {
        done = Math.max(0, done - 1);
        sealed = true;
        return current();
    }

    /** Takes the last step back for good when it has this key, as if it had never been done. */
    void takeBack(String mergeKey) {
        if (done > 0 && !mergeKey.isEmpty() && steps.get(done - 1).mergeKey().equals(mergeKey)) {
            steps.subList(done - 1, steps.size()).clear();
            done--;
            sealed = true;
        }
    }

    /** Does the last undone step again, if there is one, and gives the document as it then is. */
    public Workflow redo() {
        done = Math.min(steps.size(), done + 1);
        sealed = true;
        return current();
    }
}
