package graft.app.editor.dataset;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Mode;
import graft.app.workflow.WorkflowNode;
import graft.train.data.PictureNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a node Edit Captions does with the pictures that come into it. Immutable.
 *
 * @param node as the workflow has it
 * @param pictures all that come in
 */
record CaptionSettings(WorkflowNode node, Collection<Path> pictures) {

    static final String TYPE = "graft/caption/edit";
    static final String INPUT = "images";
    static final String OUTPUT = "captioned";

    private static final String BY_HAND = "byHand";
    private static final String LEFT_OUT = "leftOut";
    private static final String TRIGGER = "trigger";
    private static final String DROP_DUPLICATES = "dropDuplicates";

    /** The captions that were written by hand. */
    HandWritten byHand() {
        return HandWritten.of(text(BY_HAND));
    }

    /** The word that is put in front of captions that lack it. */
    String trigger() {
        return text(TRIGGER);
    }

    private String text(String setting) {
        return node.settings().get(setting) instanceof JsonPrimitive value ? value.getAsString() : "";
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        if (node.settings().get(LEFT_OUT) instanceof JsonArray all) {
            all.forEach(each -> names.add(each.getAsString()));
        }
        return names;
    }

    boolean leavesOut(Path picture) {
        List<String> names = names();
        return PictureNames.called(picture).stream().anyMatch(names::contains);
    }

    CaptionSettings withCaptions(Map<Path, String> captions) {
        return with(BY_HAND, new JsonPrimitive(byHand().with(captions, pictures).text()));
    }

    CaptionSettings withoutCaptions(Collection<Path> some) {
        return with(BY_HAND, new JsonPrimitive(byHand().without(some, pictures).text()));
    }

    CaptionSettings withTrigger(String word) {
        return with(TRIGGER, new JsonPrimitive(word));
    }

    /** Leaves pictures out, or takes them in again. */
    CaptionSettings withLeftOut(Collection<Path> some, boolean out) {
        PictureNames called = new PictureNames(pictures);
        Set<String> next = new LinkedHashSet<>(names());
        for (Path picture : some) {
            if (!out) {
                next.removeAll(PictureNames.called(picture));
            } else if (!leavesOut(picture)) {
                next.add(called.of(picture));
            }
        }
        JsonArray all = new JsonArray();
        next.forEach(all::add);
        return with(LEFT_OUT, all);
    }

    /** Replaces a text in the captions that nobody wrote by hand, which may be written in the run alone. */
    CaptionSettings withReplaced(String text, String by) {
        return with("find", new JsonPrimitive(text))
                .with("replaceWith", new JsonPrimitive(by))
                .with("regular", new JsonPrimitive(false));
    }

    /** Whether it runs, and is neither muted nor bypassed. */
    boolean runs() {
        return node.mode() == Mode.RUN;
    }

    /** What gives each picture its caption, be it left out or there twice, and whether the node runs or not. */
    WorkflowNode ofAll() {
        return with(LEFT_OUT, new JsonArray())
                .with(DROP_DUPLICATES, new JsonPrimitive(false))
                .node
                .withMode(Mode.RUN);
    }

    private CaptionSettings with(String setting, JsonElement value) {
        return new CaptionSettings(node.with(setting, value), pictures);
    }
}
