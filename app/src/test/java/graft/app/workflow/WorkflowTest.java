package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workflow files: what is read, what is refused with which words, what is written. */
class WorkflowTest {

    private static final String WHOLE = """
            {
              "format": 2,
              "title": "A title",
              "notes": "Two\\nlines",
              "nodes": {
                "model": {
                  "type": "graft/model/load",
                  "version": 1,
                  "title": "Mine",
                  "settings": {
                    "file": "builtin:emoji-sd",
                    "seed": 9223372036854775807,
                    "rate": 1e-4,
                    "strengths": [
                      0.5,
                      1.0
                    ],
                    "folder": null
                  },
                  "at": [
                    40,
                    -60.5
                  ],
                  "extra": {
                    "colour": null
                  }
                },
                "save": {
                  "type": "graft/images/save",
                  "version": 2,
                  "settings": {}
                }
              },
              "wires": [
                {
                  "from": "model.model",
                  "to": "save.images"
                }
              ],
              "extra": {
                "other": {
                  "program": [
                    1,
                    true,
                    null
                  ]
                }
              }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void everyFieldIsRead() {
        Workflow workflow = Workflow.parse(WHOLE, "whole.json");
        assertThat(workflow.title()).isEqualTo("A title");
        assertThat(workflow.notes()).isEqualTo("Two\nlines");
        assertThat(workflow.nodes()).containsOnlyKeys("model", "save");
        WorkflowNode model = workflow.nodes().get("model");
        assertThat(model.title()).isEqualTo("Mine");
        assertThat(model.settings().get("seed").getAsLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(model.place()).contains(new Place(40, -60.5));
        assertThat(workflow.nodes().get("save").version()).isEqualTo(2);
        assertThat(workflow.wires()).containsExactly(new Wire("model", "model", "save", "images"));
    }

    @Test
    void whatWasReadIsWrittenByteForByte() throws IOException {
        Path file = Files.writeString(folder.resolve("whole.json"), WHOLE);
        Workflow.read(file).write(file);
        assertThat(file).hasContent(WHOLE);
        assertThat(Workflow.parse(WHOLE, "a").toJson()).isEqualTo(WHOLE);
    }

    @Test
    void aChangedSettingLeavesTheOriginalAlone() {
        Workflow before = Workflow.parse(WHOLE, "whole.json");
        Workflow after = before.with("save", "quality", new JsonPrimitive(90));
        assertThat(after.nodes().get("save").settings()).containsEntry("quality", new JsonPrimitive(90));
        assertThat(before.toJson()).isEqualTo(WHOLE);
        assertThatThrownBy(() -> before.with("nobody", "quality", new JsonPrimitive(90)))
                .isInstanceOf(Problem.class)
                .hasMessage("Cannot set nobody.quality: the workflow has no node nobody; its nodes are model, save.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                                        | it is no JSON (End of input at line 1",
                "{\"format\": 1, \"nodes\": {}                           | it is no JSON (End of input at line 1",
                "{\"format\": 1, \"nodes\": {}} {}                       | it is no JSON",
                "{\"format\": 1, \"nodes\": {}, \"format\": 1}           | two fields \"format\"",
                "{\"format\": 1, \"nodes\": {\"a\": {\"type\": \"t\", \"settings\": {\"x\": 1, \"x\": 2}}}} | two fields \"nodes.a.settings.x\"",
                "[]                                                      | the file is not an object",
                "{\"nodes\": {}}                                         | the fields \"format\" and \"nodes\"",
                "{\"format\": 3, \"nodes\": {}}                          | it is of format 3, and this Graft knows formats up to 2; update Graft",
                "{\"format\": 0, \"nodes\": {}}                          | \"format\" is not a whole number from 1",
                "{\"format\": 1, \"nodes\": {}, \"name\": \"x\"}         | the workflow has an unknown field \"name\"",
                "{\"format\": 1, \"nodes\": {\"a\": {}}}                 | the node a has no \"type\"",
                "{\"format\": 1, \"nodes\": {\"a\": {\"type\": 3}}}      | \"type\" is not text",
                "{\"format\": 1, \"nodes\": {\"a\": {\"type\": \"t\", \"setings\": {}}}} | the node a has an unknown field \"setings\"",
                "{\"format\": 1, \"nodes\": {\"a\": {\"type\": \"t\", \"at\": [1]}}}     | \"at\" of the node a is not a pair of numbers",
                "{\"format\": 1, \"nodes\": {\"a\": {\"type\": \"t\", \"at\": [1, 1e999]}}} | \"at\" of the node a is not a pair of numbers",
                "{\"format\": 1, \"nodes\": {\"a b\": {\"type\": \"t\"}}} | the node id \"a b\" has other characters",
                "{\"format\": 1, \"nodes\": {}, \"wires\": [{\"from\": \"a\", \"to\": \"b.c\"}]} | \"from\" of the wire",
                "{\"format\": 1, \"nodes\": {}, \"wires\": [{\"from\": \"a.b\"}]}        | \"to\" of the wire",
                "{\"format\": 1, \"nodes\": {}, \"wires\": {}}           | \"wires\" is not a list",
                "{'format': 1, \"nodes\": {}}                            | it is no JSON",
            })
    void whatIsNoWorkflowIsRefusedInWords(String json, String why) {
        assertThatThrownBy(() -> Workflow.parse(json == null ? "" : json, "my.json"))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot read")
                .hasMessageContaining("my.json")
                .hasMessageContaining(why);
    }

    @Test
    void aMissingFileAndAFolderAndNoTextAreSaidToBeSo() throws IOException {
        assertThatThrownBy(() -> Workflow.read(folder.resolve("none.json")))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> Workflow.read(folder)).hasMessageContaining("it is a folder");
        Path binary = Files.write(folder.resolve("picture.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
        assertThatThrownBy(() -> Workflow.read(binary)).hasMessageContaining("it is not text in UTF-8");
    }

    @Test
    void olderFormatsAreBroughtAlongStepByStep() {
        var steps = new FormatMigrations(List.of(
                root -> {
                    root.add("nodes", root.remove("boxes"));
                    return root;
                },
                root -> {
                    root.addProperty("notes", "of format 3");
                    return root;
                }));
        Workflow workflow =
                WorkflowFile.parse("{\"format\": 1, \"boxes\": {\"a\": {\"type\": \"t\"}}}", "old.json", steps);
        assertThat(workflow.nodes()).containsOnlyKeys("a");
        assertThat(workflow.notes()).isEqualTo("of format 3");
        assertThatThrownBy(() -> WorkflowFile.parse("{\"format\": 4, \"nodes\": {}}", "new.json", steps))
                .hasMessageContaining("knows formats up to 3");
    }
}
