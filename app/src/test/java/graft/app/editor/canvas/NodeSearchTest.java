package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import graft.node.SocketKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeSearchTest {

    private final NodeSearch search = new NodeSearch(Shipped.LIBRARY.nodes());

    private List<String> find(String typed) {
        return find(typed, NodeSearch.Filter.NONE);
    }

    private List<String> find(String typed, NodeSearch.Filter filter) {
        return search.find(typed, filter).stream()
                .map(hit -> hit.type().title())
                .toList();
    }

    private static SocketKind output(String type, String id) {
        return Shipped.type(type).output(id).orElseThrow().kind();
    }

    @Test
    void theBeginningOfATitleComesBeforeLettersOfSeveralWords() {
        assertThat(find("sam")).first().isEqualTo("Sample");
        assertThat(find("load mo")).first().isEqualTo("Load Model");
        assertThat(find("SAVE IMAGE")).first().isEqualTo("Save Image");
    }

    @Test
    void firstLettersOfWordsFindATitle() {
        assertThat(find("tl")).contains("Train LoRA");
        assertThat(find("el")).contains("Empty Latents");
    }

    @Test
    void aTypeIsFoundByItsIdWordsAndHelpToo() {
        assertThat(find("graft/lora/tr")).first().isEqualTo("Train LoRA");
        assertThat(find("ksampler")).contains("Sample");
        assertThat(find("vae")).contains("Decode");
    }

    @Test
    void nothingIsFoundByLettersThatAreNowhere() {
        assertThat(find("zzq")).isEmpty();
    }

    @Test
    void withNothingTypedAllTypesAreThereByTitle() {
        assertThat(find("")).hasSize(Shipped.LIBRARY.nodes().size()).isSorted();
    }

    @Test
    void aWireThatWasLetGoLeavesOnlyWhatTakesIt() {
        NodeSearch.Filter filter =
                new NodeSearch.Filter(Optional.of(output("graft/latents/sample", "samples")), Optional.empty(), "");
        assertThat(find("", filter)).contains("Decode", "Sample").doesNotContain("Load Model", "Save Image");
    }

    @Test
    void anInputThatWaitsLeavesOnlyWhatGivesIt() {
        SocketKind model = Shipped.type("graft/latents/decode")
                .input("model")
                .orElseThrow()
                .kind();
        NodeSearch.Filter filter = new NodeSearch.Filter(Optional.empty(), Optional.of(model), "");
        assertThat(find("", filter)).contains("Load Model", "Stack Adapters").doesNotContain("Decode");
    }

    @Test
    void aCategoryLeavesWhatIsInIt() {
        assertThat(find("", NodeSearch.Filter.NONE.in("sampling")))
                .contains("Sample")
                .doesNotContain("Decode");
    }

    @Test
    void theLettersThatMatchedAreTold() {
        NodeSearch.Hit hit =
                search.find("lora", NodeSearch.Filter.NONE.in("training")).get(0);
        assertThat(hit.type().title()).isEqualTo("Train LoRA");
        assertThat(hit.letters()).containsExactly(6, 7, 8, 9);
    }
}
