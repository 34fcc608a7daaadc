package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.engine.Finding;
import graft.app.engine.Known;
import graft.app.engine.LoaderNode;
import graft.app.workflow.Workflow;
import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.train.data.DataFinding;
import graft.train.data.DataLook;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
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

    /** How many sentences there is room for. */
    private static final int REMARKS = 4;

    /** How many are looked at for what a check does not see. */
    private static final int LOOKED_AT = 300;

    /** What has to be known of a workflow to tell of a folder and a model. */
    static Workflow asked(String folder, String model) {
        return Workflow.EMPTY.withNodes(
                Map.of(MODEL, LoaderNode.MODEL.loading(model), PICTURES, LoaderNode.PICTURES.loading(folder)));
    }

    /** From what is known of the workflow that was asked about; reads pictures. */
    static LessonPictures of(Known known, DataLook dataLook) {
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
            if (files.size() < FEW) {
                remarks.add(Strings.get("teach.few", files.size()));
            }
            List<DataFinding> found = found(items, side, dataLook);
            found.stream().limit(REMARKS).map(DataFinding::sentence).forEach(remarks::add);
            if (found.size() > REMARKS) {
                remarks.add(Strings.get("teach.more", found.size() - REMARKS));
            }
        }
        long captions = items.stream()
                .filter(item -> !item.caption().isEmpty())
                .map(Dataset.Item::file)
                .distinct()
                .count();
        return new LessonPictures(files, Math.toIntExact(captions), side, List.copyOf(remarks));
    }

    /** What the panel of pictures and captions says of them too, trained as the lesson will. */
    private static List<DataFinding> found(List<Dataset.Item> items, int side, DataLook dataLook) {
        List<Dataset.Item> trained = items.stream()
                .distinct()
                .limit(LOOKED_AT)
                .map(item -> new Dataset.Item(item.file(), item.caption(), side, side, item.fit()))
                .toList();
        return dataLook.findings(trained, DataLook.Words.of(new Dataset(trained), "", caption -> ""));
    }
}
