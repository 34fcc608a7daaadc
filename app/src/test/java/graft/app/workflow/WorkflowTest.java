package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                  "settings": {},
                  "at": [
                    0,
                    0
                  ],
                  "size": [
                    220,
                    80.5
                  ],
                  "collapsed": true,
                  "colour": "#3f8FaA",
                  "pinned": true,
                  "mode": "bypassed"
                },
                "faces": {
                  "type": "subgraph/faces",
                  "version": 1,
                  "settings": {
                    "inner.steps": 9
                  },
                  "mode": "muted"
                }
              },
              "wires": [
                {
                  "from": "model.model",
                  "to": "save.images",
                  "via": [
                    [
                      10,
                      20
                    ],
                    [
                      30.5,
                      -4
                    ]
                  ]
                }
              ],
              "groups": [
                {
                  "id": "group",
                  "title": "A group",
                  "colour": "#000000",
                  "at": [
                    -10,
                    -10
                  ],
                  "size": [
                    500,
                    300
                  ]
                }
              ],
              "comments": [
                {
                  "id": "note",
                  "text": "Read me",
                  "at": [
                    1,
                    2
                  ],
                  "size": [
                    3,
                    4
                  ]
                }
              ],
              "subgraphs": {
                "faces": {
                  "title": "Faces",
                  "notes": "inner notes",
                  "nodes": {
                    "inner": {
                      "type": "graft/latents/sample",
                      "version": 1,
                      "settings": {}
                    }
                  },
                  "wires": [],
                  "inputs": [
                    {
                      "id": "model",
                      "title": "The model",
                      "node": "inner",
                      "socket": "model"
                    }
                  ],
                  "outputs": [
                    {
                      "id": "samples",
                      "node": "inner",
                      "socket": "samples"
                    }
                  ],
                  "extra": {
                    "x": 1
                  }
                }
              },
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
        assertThat(workflow.nodes()).containsOnlyKeys("model", "save", "faces");
        WorkflowNode model = workflow.nodes().get("model");
        assertThat(model.title()).isEqualTo("Mine");
        assertThat(model.settings().get("seed").getAsLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(model.place()).contains(new Place(40, -60.5));
        assertThat(workflow.nodes().get("save").version()).isEqualTo(2);
        WorkflowNode save = workflow.nodes().get("save");
        assertThat(save.look()).isEqualTo(new Look(Optional.of(new Size(220, 80.5)), true, "#3f8FaA", true));
        assertThat(save.mode()).isEqualTo(Mode.BYPASSED);
        assertThat(model.look()).isEqualTo(Look.PLAIN);
        assertThat(workflow.wires())
                .containsExactly(
                        new Wire("model", "model", "save", "images", List.of(new Place(10, 20), new Place(30.5, -4))));
        assertThat(workflow.groups())
                .containsExactly(new Group("group", "A group", "#000000", new Place(-10, -10), new Size(500, 300)));
        assertThat(workflow.comments())
                .containsExactly(new Comment("note", "Read me", new Place(1, 2), new Size(3, 4), ""));
        Subgraph faces = workflow.subgraph(workflow.nodes().get("faces")).orElseThrow();
        assertThat(faces.title()).isEqualTo("Faces");
        assertThat(faces.inside().notes()).isEqualTo("inner notes");
        assertThat(faces.inputs()).containsExactly(new Port("model", "The model", "inner", "model"));
        assertThat(faces.outputs()).containsExactly(new Port("samples", "", "inner", "samples"));
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
                .hasMessage(
                        "Cannot set nobody.quality: the workflow has no node nobody; its nodes are model, save, faces.inner.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                                        | it is no JSON (near line 1",
                "{\"format\": 1, \"nodes\": {}                           | it is no JSON (near line 1",
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
                "{\"format\": 2, \"nodes\": {\"a\": {\"type\": \"t\", \"mode\": \"off\"}}} | \"mode\" of the node a is \"off\", not muted, bypassed or run",
                "{\"format\": 2, \"nodes\": {\"a\": {\"type\": \"t\", \"colour\": \"red\"}}} | \"colour\" of the node a is not of the form #rrggbb",
                "{\"format\": 2, \"nodes\": {\"a\": {\"type\": \"t\", \"pinned\": 1}}} | \"pinned\" is not true or false",
                "{\"format\": 2, \"nodes\": {}, \"groups\": [{\"id\": \"g\", \"at\": [0, 0]}]} | \"size\" of the group g is not a pair of numbers",
                "{\"format\": 2, \"nodes\": {\"a\": {\"type\": \"t\"}}, \"comments\": [{\"id\": \"a\", \"at\": [0, 0], \"size\": [0, 0]}]} | two of its nodes, groups and comments have the id a",
                "{\"format\": 2, \"nodes\": {}, \"wires\": [{\"from\": \"a.b\", \"to\": \"c.d\", \"via\": [[1]]}]} | a point of the wire from a to c is not a pair",
                "{\"format\": 2, \"nodes\": {}, \"subgraphs\": {\"s\": {}}} | the subgraph s has no \"nodes\"",
                "{\"format\": 2, \"nodes\": {}, \"subgraphs\": {\"s\": {\"nodes\": {}, \"inputs\": [{\"id\": \"x\"}]}}} | a socket of the subgraph s has no \"node\"",
                "{\"1\": {\"class_type\": \"KSampler\", \"inputs\": {}}} | it is a workflow of ComfyUI",
                "{'format': 1, \"nodes\": {}}                            | it is no JSON",
            })
    void whatIsNoWorkflowIsRefusedInWords(String json, String why) {
        assertThatThrownBy(() -> Workflow.parse(json == null ? "" : json, "my.json"))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot read")
                .hasMessageContaining("my.json")
                .hasMessageContaining(why);
    }

    /** Other programs name sockets as they like; ids of nodes have no dots. */
    @Test
    void anyNameOfASocketAndAnyTextOpensAgainAsItWas() {
        WorkflowNode node = new WorkflowNode(
                "comfyui/Batch.v2",
                1,
                Map.of("mode.type", new JsonPrimitive("half of a character: \uD83D, and a whole: \uD83D\uDE00")),
                "\uDE00",
                Optional.empty(),
                new JsonObject());
        Workflow workflow = new Workflow(
                "",
                "",
                Map.of("a", node, "b", node),
                List.of(new Wire("a", "IMAGE.first.", "b", "images.image 0"), new Wire("a", ".", "b", "…\uD83D.")),
                new JsonObject());
        assertThat(Workflow.parse(workflow.toJson(), "again.json")).isEqualTo(workflow);
    }

    @Test
    void aMissingFileAndAFolderAndNoTextAreSaidToBeSo() throws IOException {
        assertThatThrownBy(() -> Workflow.read(folder.resolve("none.json")))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> Workflow.read(folder)).hasMessageContaining("it is a folder");
        Path binary = Files.write(folder.resolve("noise.json"), new byte[] {'{', (byte) 0xff, '}'});
        assertThatThrownBy(() -> Workflow.read(binary)).hasMessageContaining("it is not text in UTF-8");
    }

    @Test
    void aFileOfFormat1ChangesInNothingButTheNumberOfTheFormat() {
        String old = """
                {
                  "format": 1,
                  "nodes": {
                    "a": {
                      "type": "gone/node",
                      "version": 3,
                      "settings": {
                        "x": 1.0
                      },
                      "at": [
                        1,
                        2
                      ]
                    }
                  },
                  "wires": [
                    {
                      "from": "a.b",
                      "to": "c.d"
                    }
                  ]
                }
                """;
        assertThat(Workflow.parse(old, "old.json").toJson()).isEqualTo(old.replace("\"format\": 1", "\"format\": 2"));
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
