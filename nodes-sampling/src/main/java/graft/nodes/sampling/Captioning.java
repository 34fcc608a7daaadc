package graft.nodes.sampling;

import graft.file.ImageFile;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Run;
import graft.picture.Fit;
import graft.picture.GridDrawing;
import graft.picture.Picture;
import graft.train.data.Dataset;
import graft.vision.Captioner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Has a model caption the pictures of a dataset, some at a time; what was captioned before is not captioned again. */
final class Captioning {

    /** Loads a captioner when the first caption is needed. */
    @FunctionalInterface
    interface Source {
        Captioner.Writer open() throws Exception;
    }

    /** Of all pictures that are worked on together: 200 MB in memory. */
    private static final long MOST_PIXELS = 16_000_000;

    private static final int SHOWN = 6;
    private static final int SHOWN_SIDE = 128;

    private final Run run;
    private final Caption.Mode mode;
    private final CaptionCache cache;
    private final int batch;
    private final Map<Path, String> written = new HashMap<>();

    Captioning(Run run, Caption.Mode mode, CaptionCache cache, int batch) {
        this.run = run;
        this.mode = mode;
        this.cache = cache;
        this.batch = batch;
    }

    /**
     * The pictures with their captions; once stopped, those alone that have one by then.
     *
     * @throws Cancelled when it was stopped before the first caption
     */
    Dataset of(Dataset data, Source model) throws Exception {
        Set<Path> files = new TreeSet<>();
        data.items().stream().filter(item -> !mode.keeps(item.caption())).forEach(item -> files.add(item.file()));
        int total = files.size();
        Map<Path, String> open = new LinkedHashMap<>();
        try {
            for (Path file : files) {
                run.checkCancelled();
                String key = CaptionCache.key(file);
                cache.get(key).ifPresentOrElse(known -> written.put(file, known), () -> open.put(file, key));
            }
            if (!written.isEmpty()) {
                run.log(written.size() + " of " + total + " pictures were captioned in an earlier run.");
            }
            run.progress("picture", written.size(), total, Map.of());
            if (!open.isEmpty()) {
                write(open, total, model);
            }
        } catch (Cancelled stopped) {
            List<Dataset.Item> done = captioned(data);
            if (done.isEmpty()) {
                throw stopped;
            }
            run.partial("Stopped: " + written.size() + " of " + total
                    + " pictures have a caption. The next run captions the others.");
            return data.with(done);
        }
        return data.with(captioned(data));
    }

    private void write(Map<Path, String> open, int total, Source model) throws Exception {
        long began = System.nanoTime();
        int before = written.size();
        try (Captioner.Writer writer = model.open()) {
            List<Path> left = new ArrayList<>(open.keySet());
            while (!left.isEmpty()) {
                Map<Path, Picture> pictures = next(left);
                List<String> captions = writer.captions(List.copyOf(pictures.values()), run::checkCancelled);
                checkEach(captions, pictures.size());
                Map<String, String> made = new HashMap<>();
                int i = 0;
                for (Path file : pictures.keySet()) {
                    made.put(open.get(file), captions.get(i));
                    written.put(file, captions.get(i));
                    i++;
                }
                cache.put(made);
                show(List.copyOf(pictures.values()), captions);
                run.progress("picture", written.size(), total, Map.of());
                run.checkCancelled();
            }
        }
        int count = written.size() - before;
        run.log(count + " pictures captioned, " + Math.max(1, Math.round((System.nanoTime() - began) / 1e6 / count))
                + " ms each.");
    }

    private static void checkEach(List<String> captions, int pictures) {
        if (captions == null || captions.size() != pictures || captions.stream().anyMatch(Objects::isNull)) {
            throw new Problem(
                    "cannot use what the captioner wrote",
                    "it is not one caption for each of " + pictures + " pictures",
                    "choose another captioner, and tell the author of its plugin");
        }
    }

    /** Takes the next pictures off the list: as many as a batch has, unless they are large. */
    private Map<Path, Picture> next(List<Path> left) throws Cancelled {
        Map<Path, Picture> pictures = new LinkedHashMap<>();
        long pixels = 0;
        while (!left.isEmpty() && pictures.size() < batch && pixels < MOST_PIXELS) {
            run.checkCancelled();
            Path file = left.remove(0);
            Picture picture = Picture.of(ImageFile.read(file));
            pixels += (long) picture.width() * picture.height();
            pictures.put(file, picture);
        }
        return pictures;
    }

    private List<Dataset.Item> captioned(Dataset data) {
        List<Dataset.Item> items = new ArrayList<>();
        for (Dataset.Item item : data.items()) {
            if (mode.keeps(item.caption())) {
                items.add(item);
            } else if (written.containsKey(item.file())) {
                items.add(item.withCaption(mode.joined(item.caption(), written.get(item.file()))));
            }
        }
        return items;
    }

    private void show(List<Picture> pictures, List<String> captions) {
        if (!run.previewed()) {
            return;
        }
        int shown = Math.min(SHOWN, pictures.size());
        List<Picture> small = pictures.subList(0, shown).stream()
                .map(picture -> picture.fitted(SHOWN_SIDE, SHOWN_SIDE, Fit.PAD))
                .toList();
        run.preview(new GridDrawing(List.of(small), captions.subList(0, shown), List.of()).draw(1, 8));
    }
}
