package graft.app.editor.shell;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.engine.Finding;
import graft.app.engine.Known;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.ImageFile;
import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.node.Problem;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.awt.Dimension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a folder holds to learn from, and what is wrong with it.
 *
 * @param files the pictures, each once; none when there is nothing to learn from
 * @param captions how many of them have a text file beside them
 * @param side of the square pictures that the model is made for, in pixels
 * @param remarks sentences on what is wrong
 */
record LessonPictures(List<Path> files, int captions, int side, List<String> remarks) {

    private static final String MODEL = "model";
    private static final String PICTURES = "pictures";

    /** Of models of which it is not known. */
    private static final int USUAL_SIDE = 512;

    /** Fewer are learnt by heart. */
    private static final int FEW = 4;

    /** How many are looked at for what a check does not see. */
    private static final int LOOKED_AT = 300;

    /** What has to be known of a workflow to tell of a folder and a model. */
    static Workflow asked(String folder, String model) {
        Place anywhere = new Place(0, 0);
        return Workflow.EMPTY.withNodes(Map.of(
                MODEL,
                WorkflowNode.of("graft/model/load", 1, anywhere).with("file", new JsonPrimitive(model)),
                PICTURES,
                WorkflowNode.of("graft/images/folder", 1, anywhere).with("folder", new JsonPrimitive(folder))));
    }

    /** From what is known of the workflow that was asked about; reads the headers of pictures. */
    static LessonPictures of(Known known) {
        List<String> remarks = new ArrayList<>();
        known.findings().stream()
                .filter(finding -> List.of(MODEL, PICTURES).contains(finding.node()))
                .map(Finding::words)
                .forEach(remarks::add);
        int side = known.of(MODEL, "model", CheckpointSpec.class)
                .map(spec -> Family.of(spec).usualSize(spec).orElse(USUAL_SIDE))
                .orElse(USUAL_SIDE);
        List<Dataset.Item> items = known.of(PICTURES, "images", DatasetSpec.class)
                .flatMap(DatasetSpec::pictures)
                .map(Dataset::items)
                .orElse(List.of());
        List<Path> files = items.stream().map(Dataset.Item::file).distinct().toList();
        if (!files.isEmpty()) {
            look(files, side, remarks);
        }
        long captions = items.stream()
                .filter(item -> !item.caption().isEmpty())
                .map(Dataset.Item::file)
                .distinct()
                .count();
        return new LessonPictures(files, Math.toIntExact(captions), side, List.copyOf(remarks));
    }

    private static void look(List<Path> files, int side, List<String> remarks) {
        if (files.size() < FEW) {
            remarks.add(Strings.get("teach.few", files.size()));
        }
        int small = 0;
        for (Path file : files.subList(0, Math.min(LOOKED_AT, files.size()))) {
            try {
                Dimension size = ImageFile.size(file);
                small += Math.min(size.width, size.height) < side ? 1 : 0;
            } catch (Problem unreadable) {
                remarks.add(unreadable.getMessage());
            }
        }
        if (small > 0) {
            remarks.add(Strings.get("teach.small", small, side));
        }
    }
}
