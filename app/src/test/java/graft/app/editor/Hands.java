package graft.app.editor;

import static org.assertj.swing.edt.GuiActionRunner.execute;

import java.awt.AWTException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.assertj.swing.core.BasicRobot;
import org.assertj.swing.core.Robot;
import org.assertj.swing.timing.Condition;
import org.assertj.swing.timing.Pause;
import org.assertj.swing.timing.Timeout;

/**
 * Mouse and keyboard on a machine that may do much else.
 *
 * <p>Tests wait for what is to come, however long it takes; the limits are for what never comes.
 */
public final class Hands {

    /** For what never comes. */
    public static final Timeout LONGEST = Timeout.timeout(5, TimeUnit.MINUTES);

    /** The most that the robot takes for its own limits. */
    private static final int ROBOT_MILLIS = 60_000;

    private Hands() {}

    /** Hands that know of no window yet. */
    public static Robot robot() {
        Robot robot = BasicRobot.robotWithNewAwtHierarchy();
        robot.settings().timeoutToBeVisible(ROBOT_MILLIS);
        robot.settings().timeoutToFindPopup(ROBOT_MILLIS);
        return robot;
    }

    /** Waits until what hands did has come back from the display, which a robot alone does not wait for, and is worked off. */
    public static void idle(Robot robot) {
        try {
            new java.awt.Robot().waitForIdle();
        } catch (AWTException nowhereToType) {
            throw new IllegalStateException(nowhereToType);
        }
        robot.waitForIdle();
    }

    /** Waits until something is so on Swing's thread. */
    public static void await(String what, BooleanSupplier so) {
        Pause.pause(
                new Condition(what) {
                    @Override
                    public boolean test() {
                        return execute(so::getAsBoolean);
                    }
                },
                LONGEST);
    }
}
