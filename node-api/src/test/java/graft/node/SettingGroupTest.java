package graft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import org.junit.jupiter.api.Test;

class SettingGroupTest {

    static final class Shared {
        @Setting(min = 1, max = 10)
        int count;

        Shared(int count) {
            this.count = count;
        }
    }

    @NodeType(id = "test/group", title = "Group", category = "test", help = "Tests.")
    static final class Grouped implements Node {
        @Setting
        String before = "";

        @SettingGroup
        Shared shared = new Shared(3);

        @Setting
        String after = "";

        @Override
        public void run(Run run) {}
    }

    @NodeType(id = "test/twice", title = "Twice", category = "test", help = "Tests.")
    static final class Twice implements Node {
        @Setting
        int count = 1;

        @SettingGroup
        Shared shared = new Shared(3);

        @Override
        public void run(Run run) {}
    }

    @NodeType(id = "test/empty", title = "Empty", category = "test", help = "Tests.")
    static final class Empty implements Node {
        @SettingGroup
        Shared shared;

        @Override
        public void run(Run run) {}
    }

    @Test
    void theGroupsSettingsStandInItsPlaceWithTheNodesOwnDefaults() {
        NodeSchema schema = NodeSchema.of(Grouped.class);

        assertThat(schema.settings()).extracting(SettingSchema::id).containsExactly("before", "count", "after");
        assertThat(schema.setting("count").orElseThrow().defaultValue()).isEqualTo(3);
        assertThat(schema.setting("count").orElseThrow().range()).isEqualTo("1 to 10");
    }

    @Test
    void eachNodeHasAGroupOfItsOwn() {
        NodeSchema schema = NodeSchema.of(Grouped.class);
        SettingSchema count = schema.setting("count").orElseThrow();
        Grouped first = (Grouped) schema.create();
        Grouped second = (Grouped) schema.create();

        count.set(first, count.fromJson(new JsonPrimitive(7)));

        assertThat(first.shared.count).isEqualTo(7);
        assertThat(second.shared.count).isEqualTo(3);
    }

    @Test
    void aNameThatTheNodeHasTooIsRefused() {
        assertThatThrownBy(() -> NodeSchema.of(Twice.class))
                .hasMessageContaining("the name, or former name, \"count\"");
    }

    static final class Outer {
        @SettingGroup
        Shared inner = new Shared(3);
    }

    @NodeType(id = "test/nested", title = "Nested", category = "test", help = "Tests.")
    static final class Nested implements Node {
        @SettingGroup
        Outer outer = new Outer();

        @Override
        public void run(Run run) {}
    }

    @Test
    void aGroupWithinAGroupIsRefusedRatherThanLeftOut() {
        assertThatThrownBy(() -> NodeSchema.of(Nested.class))
                .hasMessageContaining(
                        "Outer.inner: a group of settings holds no other; declare that group in the node");
    }

    @Test
    void aGroupWithoutAnObjectIsRefused() {
        assertThatThrownBy(() -> NodeSchema.of(Empty.class)).hasMessageContaining("by an initialiser");
    }
}
