package graft.app.workflow;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Brings files of older formats along.
 *
 * @param steps the first makes format 2 of format 1, the next format 3 of format 2, and so on
 */
record FormatMigrations(List<UnaryOperator<JsonObject>> steps) {

    /** The formats that there have been; changing the format adds a step here. */
    static final FormatMigrations ALL = new FormatMigrations(List.of(
            // Format 2 added how nodes look, their modes, points of wires, groups, comments and subgraphs.
            root -> root));

    /** The format that the last step makes. */
    int latest() {
        return steps.size() + 1;
    }

    JsonObject toLatest(JsonObject root, int format) {
        JsonObject migrated = root;
        for (UnaryOperator<JsonObject> step : steps.subList(format - 1, steps.size())) {
            migrated = step.apply(migrated);
        }
        return migrated;
    }
}
