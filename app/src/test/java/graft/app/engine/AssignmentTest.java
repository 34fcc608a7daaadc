package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sample.steps=30         | 30",
                "sample.cfg=-4.5         | -4.5",
                "sample.seed=18446744073709551615 | 18446744073709551615",
                "save.remember=false     | false",
                "stack.unetStrength=[1, 0.5] | [1,0.5]",
                "sample.sampler=ddim     | \"ddim\"",
                "prompt.prompt=a red apple = fruit | \"a red apple = fruit\"",
                "prompt.prompt=2 red apples | \"2 red apples\"",
                "prompt.prompt=\"12\"    | \"12\"",
                "prompt.prompt=          | \"\"",
                "prompt.prompt=[oops     | \"[oops\""
            })
    void jsonIsTakenAsSuchAndAnythingElseAsText(String text, String json) {
        assertThat(Assignment.of(text).value()).hasToString(json);
    }

    @Test
    void theSettingLiesBetweenTheFirstEqualsSignAndTheLastDotBeforeIt() {
        assertThat(Assignment.of("save.folder=/a.b=c"))
                .isEqualTo(new Assignment("save", "folder", new JsonPrimitive("/a.b=c")));
        assertThat(Assignment.of("faces.sample.steps=9.5"))
                .isEqualTo(new Assignment("faces.sample", "steps", new JsonPrimitive(new BigDecimal("9.5"))));
    }

    /** Version 1 called the length size. */
    @NodeType(id = "test/renamed", title = "Renamed", category = "test", help = "Once was another.")
    static final class Renamed implements Node {
        @Setting(formerly = "size")
        int length = 10;

        @Override
        public void run(Run run) {}
    }

    @ParameterizedTest
    @CsvSource({
        "length, node.size=5, node",
        "size, node.length=5, node",
        "length, node.length=5, node",
        "length, outer.node.size=5, outer",
        "size, outer.node.length=5, outer"
    })
    void whatIsTypedCountsUnderTheOldNameAndUnderTodays(String saved, String typed, String at) {
        NodeLibrary library = NodeLibrary.of(List.of(Renamed.class));
        Workflow workflow = Workflow.parse("""
                {"format": %d, "nodes": {
                   "node": {"type": "test/renamed", "settings": {"SAVED": 30}},
                   "outer": {"type": "subgraph/inner", "settings": {"node.SAVED": 30}}},
                 "subgraphs": {"inner": {"nodes": {"node": {"type": "test/renamed", "settings": {"SAVED": 20}}}}}}
                """.formatted(Workflow.FORMAT).replace("SAVED", saved), "test");
        Assignment assignment = Assignment.of(typed);
        Workflow changed = assignment.applyTo(workflow, library);
        String name = (at.equals("outer") ? "node." : "") + assignment.setting();
        assertThat(changed.nodes().get(at).settings()).isEqualTo(Map.of(name, new JsonPrimitive(new BigDecimal(5))));
    }

    @NodeType(id = "test/walks", title = "Walks", category = "test", help = "By a choice.")
    static final class Walks implements Node {
        @Setting(formerly = "method")
        SamplerMethod sampler = Sampler.EULER;

        @Override
        public void run(Run run) {}
    }

    /** Under today's name, an older one, none, and what a node says of one that lies in it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "new.sampler.eta=0.2    | {'id':'a/b','noise':1,'eta':0.2}",
                "old.sampler.eta=0.2    | {'id':'a/b','noise':1,'eta':0.2}",
                "plain.sampler.eta=0.2  | {'id':'a/b','eta':0.2}",
                "none.sampler.eta=0.2   | {'id':'euler','eta':0.2}",
                "outer.new.sampler.eta=0.2 | {'id':'c/d','eta':0.2}"
            })
    void aChoiceKeepsItsIdWhenASettingOfItsOwnIsTyped(String typed, String sampler) {
        Workflow workflow = Workflow.parse("""
                {"format": %d, "nodes": {
                   "new": {"type": "test/walks", "settings": {"sampler": {"id": "a/b", "noise": 1, "eta": 9}}},
                   "old": {"type": "test/walks", "settings": {"method": {"id": "a/b", "noise": 1}}},
                   "plain": {"type": "test/walks", "settings": {"sampler": "a/b"}},
                   "none": {"type": "test/walks"},
                   "outer": {"type": "subgraph/inner", "settings": {"new.sampler": "c/d"}}},
                 "subgraphs": {"inner": {"nodes": {"new": {"type": "test/walks", "settings": {"sampler": "e/f"}}}}}}
                """.formatted(Workflow.FORMAT), "test");
        String node = typed.substring(0, typed.indexOf('.'));
        Workflow changed = Assignment.of(typed).applyTo(workflow, NodeLibrary.of(List.of(Walks.class)));
        assertThat(changed.nodes().get(node).settings())
                .isEqualTo(Map.of(node.equals("outer") ? "new.sampler" : "sampler", JsonParser.parseString(sampler)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "steps=3", "sample.steps", "=3", ".steps=3", "sample.=3"})
    void anythingElseIsExplained(String text) {
        assertThatThrownBy(() -> Assignment.of(text))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("node.setting=value");
    }
}
