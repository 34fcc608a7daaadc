package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which values go together. */
class CombinationsTest {

    private static List<Axis> axes(String... texts) {
        return Stream.of(texts).map(text -> Axis.of(text, setting -> false)).toList();
    }

    @Test
    void everyValueGoesWithEveryOtherAndTheLastChangesFastest() {
        assertThat(Combinations.grid(axes("a.x=1,2", "b.y=u,v")))
                .containsExactly(
                        Map.of("a.x", "1", "b.y", "u"),
                        Map.of("a.x", "1", "b.y", "v"),
                        Map.of("a.x", "2", "b.y", "u"),
                        Map.of("a.x", "2", "b.y", "v"));
    }

    @Test
    void aGridHasAnEnd() {
        assertThatThrownBy(() -> Combinations.grid(axes("a.x=0.1..0.2")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("how many");
        assertThatThrownBy(() -> Combinations.grid(axes("a.x=1..200", "a.y=1..200")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("more than 10000");
        assertThatThrownBy(() -> Combinations.grid(axes("a.x=1", "a.x=2")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("twice");
    }

    @Property(tries = 100)
    void drawnOnesAreDifferentAndTheSameForTheSameSeed(
            @ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed) {
        List<Axis> axes = axes("a.x=1e-5..1e-2:log", "a.y=1..3", "a.z=u,v");
        List<Map<String, String>> drawn = Combinations.random(axes, count, seed);

        assertThat(drawn).hasSize(count).doesNotHaveDuplicates();
        assertThat(Combinations.random(axes, count, seed)).isEqualTo(drawn);
        assertThat(drawn).allSatisfy(each -> assertThat(each.get("a.z")).isIn("u", "v"));
    }

    @Test
    void whereThereAreFewerAllAreDrawn() {
        assertThat(Combinations.random(axes("a.x=1..3"), 20, 0))
                .containsExactlyInAnyOrder(Map.of("a.x", "1"), Map.of("a.x", "2"), Map.of("a.x", "3"));
    }
}
