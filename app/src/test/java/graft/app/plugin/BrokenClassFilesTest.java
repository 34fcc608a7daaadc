package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Class files that somebody changed: each is read or refused in a clause, whatever is asked of it. */
class BrokenClassFilesTest {

    private static byte[] whole() throws IOException {
        try (InputStream in = PluginGate.class.getResourceAsStream("PluginGate.class")) {
            return in.readAllBytes();
        }
    }

    /** Asks for all; false when it is refused. */
    private static boolean isRead(byte[] bytes) {
        try {
            ClassFile file = new ClassFile(bytes);
            file.calls("java/lang/Runtime", "halt");
            file.redirected(
                    List.of(new ClassFile.Redirect("java/lang/System", "exit", "(I)V", "graft/node/host/Exit")));
            file.parents();
            file.constant("id", "()Ljava/lang/String;");
            file.annotated("Lgraft/node/NodeType;", "id");
            return true;
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return false;
        }
    }

    @Test
    void whateverIsChangedItIsReadOrRefused() throws IOException {
        byte[] whole = whole();
        assertThat(isRead(whole)).isTrue();
        Random random = new Random(19);
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] changed = whole.clone();
            // The pool, where one place leads to others, comes first.
            int within = round % 2 == 0 ? 600 : changed.length;
            for (int i = round % 4; i >= 0; i--) {
                changed[8 + random.nextInt(within - 8)] = (byte) random.nextInt();
            }
            refused += isRead(changed) ? 0 : 1;
        }
        assertThat(refused).isBetween(1000, 3999);
    }

    @Test
    void whereverItIsCutOffItIsReadOrRefused() throws IOException {
        byte[] whole = whole();
        for (int length = 0; length < whole.length; length += 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(length > whole.length / 2 || !isRead(cut)).isTrue();
            isRead(cut);
        }
    }

    /** The second place of a long, the place before the first, and a class that is its own name. */
    @Test
    void aPoolThatLeadsToItselfIsRefused() throws IOException {
        byte[] whole = whole();
        for (int target : new int[] {0, 1, 0xFFFF}) {
            byte[] changed = whole.clone();
            assertThat(changed[10]).isEqualTo((byte) 10); // javac begins with the call of a constructor
            changed[11] = (byte) (target >> 8);
            changed[12] = (byte) target;
            assertThat(isRead(changed)).isFalse();
        }
    }
}
