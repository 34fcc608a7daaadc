package graft.app.editor.dataset;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.workflow.WorkflowNode;
import graft.train.data.PictureNames;
import graft.train.data.Region;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** The pictures that a node Image Folder crops, as its setting holds them. Immutable. */
record Crops(WorkflowNode node) {

    private static final String CROPS = "crops";
    private static final String PICTURE = "picture";

    private JsonArray rows() {
        return node.settings().get(CROPS) instanceof JsonArray rows ? rows : new JsonArray();
    }

    /**
     * With a part of a picture, or with all of it for none.
     *
     * @param all pictures of the folder, which tell what a name means
     */
    Crops with(Path picture, Optional<Region> region, Collection<Path> all) {
        JsonArray next = new JsonArray();
        String name = new PictureNames(all).of(picture);
        for (JsonElement row : rows()) {
            String called = row instanceof JsonObject crop && crop.has(PICTURE)
                    ? crop.get(PICTURE).getAsString().strip()
                    : "";
            boolean mine = called.equals(name)
                    || (PictureNames.called(picture).contains(called)
                            && all.stream()
                                    .noneMatch(other -> !other.equals(picture)
                                            && PictureNames.called(other).contains(called)));
            if (!mine) {
                next.add(row);
            }
        }
        region.ifPresent(part -> {
            JsonObject row = new JsonObject();
            row.addProperty(PICTURE, name);
            row.addProperty("left", part.left());
            row.addProperty("top", part.top());
            row.addProperty("width", part.width());
            row.addProperty("height", part.height());
            next.add(row);
        });
        return new Crops(node.with(CROPS, next));
    }
}
