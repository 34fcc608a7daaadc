package graft.vision;

import graft.file.Location;
import graft.node.Cancelled;
import graft.node.Choice;
import graft.node.Problem;
import graft.node.QuickAnswer;
import graft.picture.Picture;
import graft.tensor.Compute;
import java.nio.file.Path;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * What looks at pictures and says what they show.
 *
 * <p>Those that come with Graft are {@link Kind}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of Caption with a Model, which goes through the
 * pictures, keeps the captions for later runs, and stops and goes on. One instance serves all runs, so it keeps nothing; what it
 * loads is its {@link Writer}'s.
 */
@Choice.Set(builtIn = Captioner.Kind.class)
public interface Captioner extends Choice, ExtensionPoint {

    /** The captioners that come with Graft. */
    enum Kind implements Captioner, Choice.BuiltIn {
        /** {@link BlipModel}. */
        BLIP("BLIP");

        private static final String WANTED = "a folder of a BLIP captioner, or builtin:emoji-blip";

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public List<Path> check(Task task) {
            Path folder = Location.of(task.model(), "model", WANTED);
            int longest;
            try {
                longest = BlipModel.inspect(folder);
            } catch (Problem e) {
                throw e.at("model");
            }
            if (task.search().most() > longest) {
                throw new Problem(
                                "captions cannot be " + task.search().most() + " tokens long",
                                "the model writes at most " + longest,
                                "choose " + longest + " or fewer")
                        .at("maxTokens");
            }
            return List.of(folder);
        }

        @Override
        public String version(Task task) {
            return BlipModel.hash(Location.of(task.model(), "model", WANTED));
        }

        @Override
        public Writer open(Task task, Compute compute) {
            BlipModel model = BlipModel.load(Location.of(task.model(), "model", WANTED), compute);
            return new Writer() {
                @Override
                public List<String> captions(List<Picture> pictures, Check check) throws Cancelled {
                    return model.captions(pictures, task.search(), check);
                }

                @Override
                public void close() {
                    model.close();
                }
            };
        }
    }

    /**
     * What is asked for; a captioner takes what it knows of it.
     *
     * @param model a file or folder as the user typed it, for {@link Location}; one that needs none leaves it be
     * @param search how words are chosen, what captions begin with and how long they get
     */
    record Task(String model, CaptionSearch search) {}

    /** Is asked between tokens, or wherever it is well to stop. */
    @FunctionalInterface
    interface Check {

        /** @throws Cancelled when the user asked to stop */
        void check() throws Cancelled;
    }

    /** Writes captions; used by one thread. */
    interface Writer extends AutoCloseable {

        /**
         * Looks at a batch of pictures.
         *
         * @return one caption for each, in their order
         */
        List<String> captions(List<Picture> pictures, Check check) throws Exception;

        /** Frees what was loaded. */
        @Override
        void close();
    }

    /**
     * Judges what is asked for before anything runs.
     *
     * @return the files and folders that it reads
     * @throws Problem at the node's setting {@code model}, {@code prefix}, {@code minTokens} or {@code maxTokens}
     */
    @QuickAnswer
    List<Path> check(Task task);

    /**
     * What captions depend on beside the search, such as a hash of the model's files: where it is another, pictures are
     * captioned anew.
     */
    String version(Task task);

    /** Loads what it needs; called when the first caption is wanted. */
    Writer open(Task task, Compute compute) throws Exception;
}
