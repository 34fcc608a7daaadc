package graft.app.editor;

import static org.assertj.swing.edt.GuiActionRunner.execute;

import java.awt.AWTException;
import java.awt.Component;
import java.awt.Window;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.swing.UIManager;
import org.assertj.swing.core.BasicRobot;
import org.assertj.swing.core.Robot;
import org.assertj.swing.timing.Condition;
import org.assertj.swing.timing.Pause;
import org.assertj.swing.timing.Timeout;

/**
 * Mouse and keyboard on a machine that may do much else.
 *
 * <p>Tests wait for what is to come, however long it takes; the limits are for what never comes. Nothing sleeps: what hands did
 * has come back from the display and is worked off before they do the next.
 */
public final class Hands {

    /** For what never comes. */
    public static final Timeout LONGEST = Timeout.timeout(5, TimeUnit.MINUTES);

    /** The most that the robot takes for its own limits. */
    private static final int ROBOT_MILLIS = 60_000;

    /** A window mostly has the keyboard much sooner. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final java.awt.Robot DISPLAY = display();

    private Hands() {}

    private static java.awt.Robot display() {
        try {
            return new java.awt.Robot();
        } catch (AWTException nowhereToType) {
            throw new IllegalStateException(nowhereToType);
        }
    }

    /** Hands that know of no window yet. */
    public static Robot robot() {
        // While a menu within a menu is open FlatLaf puts a queue of events before the others, which robots go on
        // asking after it is
        // gone: ten seconds each time.
        execute(() -> UIManager.put("Menu.useSafeTriangle", false));
        Robot robot = BasicRobot.robotWithNewAwtHierarchy();
        robot.settings().timeoutToBeVisible(ROBOT_MILLIS);
        robot.settings().timeoutToFindPopup(ROBOT_MILLIS);
        // A robot alone does not ask the display and sleeps after each event instead, for as long as it mostly takes.
        robot.settings().delayBetweenEvents(0);
        robot.settings().eventPostingDelay(0);
        return (Robot) Proxy.newProxyInstance(
                Hands.class.getClassLoader(), new Class<?>[] {Robot.class}, (hands, what, arguments) -> {
                    try {
                        // What the test has just done on Swing's thread may move what they are to touch.
                        if (what.getParameterCount() > 0 && what.getParameterTypes()[0] == Component.class) {
                            robot.waitForIdle();
                        }
                        Object given = what.invoke(robot, arguments);
                        if (what.getReturnType() == void.class
                                && !what.getName().startsWith("cleanUp")) {
                            DISPLAY.waitForIdle();
                            robot.waitForIdle();
                        }
                        return given;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    /**
     * Waits until a window that was opened has the keyboard: a button that is pressed before loses it to the one that is to have it,
     * and does nothing. Where nobody manages windows a busy display may give it to none, so it is asked for again.
     */
    public static void awaitKeyboard(Window window) {
        AtomicLong asked = new AtomicLong(System.nanoTime());
        await("the keyboard is in " + window.getName(), () -> {
            if (!window.isFocused() && System.nanoTime() - asked.get() > PATIENCE.toNanos()) {
                window.toFront();
                // What would have got it: asked for the window, it goes to nothing in it.
                Component first = window.getMostRecentFocusOwner();
                (first == null ? window : first).requestFocus();
                asked.set(System.nanoTime());
            }
            return window.isFocused();
        });
    }

    /** Waits until a text on Swing's thread holds some words; one that never does fails with what it says instead. */
    public static void awaitWords(String words, Supplier<String> text) {
        Pause.pause(
                new Condition("it says “" + words + "”") {
                    @Override
                    public boolean test() {
                        return said().contains(words);
                    }

                    private String said() {
                        return execute(text::get);
                    }

                    @Override
                    protected String descriptionAddendum() {
                        return ", but it says “" + said() + "”";
                    }
                },
                LONGEST);
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
