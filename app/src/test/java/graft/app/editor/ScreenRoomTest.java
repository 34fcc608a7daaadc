package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;

import com.formdev.flatlaf.util.UIScale;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows are where they can be seen. */
class ScreenRoomTest {

    private static final Rectangle LAPTOP = new Rectangle(0, 24, 1366, 744);
    private static final Rectangle RIGHT = new Rectangle(1366, 0, 1920, 1080);
    private static final ScreenRoom ROOM = new ScreenRoom(List.of(LAPTOP, RIGHT));

    @Test
    void aNewWindowIsAtMostAsLargeAsTheScreen() {
        assertThat(ROOM.fitting(1440, 900)).isEqualTo(new Dimension(1366, 744));
        assertThat(ROOM.fitting(300, 200)).isEqualTo(UIScale.scale(new Dimension(300, 200)));
    }

    @Test
    void aWindowThatHasRoomComesBackWhereItWas() {
        for (Rectangle there : List.of(new Rectangle(10, 30, 800, 600), new Rectangle(1400, 5, 1800, 1000))) {
            assertThat(ROOM.within(there)).isEqualTo(there);
        }
    }

    @Test
    void oneThatWasHalfOutsideIsMovedIn() {
        assertThat(ROOM.within(new Rectangle(-50, 0, 800, 600))).isEqualTo(new Rectangle(0, 24, 800, 600));
        assertThat(ROOM.within(new Rectangle(3000, 900, 800, 600))).isEqualTo(new Rectangle(2486, 480, 800, 600));
    }

    @Test
    void oneOfAScreenThatIsGoneComesOntoOneThatIsThere() {
        ScreenRoom alone = new ScreenRoom(List.of(LAPTOP));
        assertThat(alone.within(new Rectangle(1500, 100, 1600, 900))).isEqualTo(LAPTOP);
        assertThat(alone.within(new Rectangle(-4000, -4000, 400, 300))).isEqualTo(new Rectangle(0, 24, 400, 300));
    }
}
