package graft.app.editor.shell;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import graft.app.editor.EscapeCloses;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import java.awt.BorderLayout;
import java.awt.Font;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.datatransfer.StringSelection;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import javax.swing.JButton;
import javax.swing.JDialog;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;
import net.miginfocom.swing.MigLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the editor and its libraries noted since it started, for a report when something went wrong. */
final class LogWindow {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private LogWindow() {}

    /** Keeps the last lines of the log. Safe for several threads. */
    static final class Memory extends AppenderBase<ILoggingEvent> {

        private static final int MOST = 2000;

        private final Deque<String> lines = new ArrayDeque<>();
        private Consumer<String> listener = line -> {};

        /** Begins to keep what is logged. */
        static Memory begin() {
            LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
            Memory memory = new Memory();
            memory.setContext(context);
            memory.start();
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(memory);
            return memory;
        }

        @Override
        protected synchronized void append(ILoggingEvent event) {
            IThrowableProxy failure = event.getThrowableProxy();
            String line = TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault()))
                    + (event.getLevel().isGreaterOrEqual(Level.WARN) ? " " + event.getLevel() : "")
                    + "  " + event.getFormattedMessage()
                    + (failure == null ? "" : "\n" + ThrowableProxyUtil.asString(failure));
            lines.addLast(line);
            if (lines.size() > MOST) {
                lines.removeFirst();
            }
            listener.accept(line);
        }

        /** All that is kept; {@code then} is told of every further line, by the thread that logs it. */
        synchronized String follow(Consumer<String> then) {
            listener = then;
            return String.join("\n", lines);
        }

        /** Keeps nothing any more. */
        void end() {
            ((LoggerContext) LoggerFactory.getILoggerFactory())
                    .getLogger(Logger.ROOT_LOGGER_NAME)
                    .detachAppender(this);
            stop();
        }

        synchronized void leave() {
            listener = line -> {};
        }
    }

    static void show(Window owner, Memory memory) {
        JDialog dialog = new JDialog(owner, Strings.get("log.title"));
        dialog.setName("log");
        JTextArea text = new JTextArea();
        text.setName("log.text");
        text.setEditable(false);
        text.setFont(new Font(Font.MONOSPACED, Font.PLAIN, text.getFont().getSize()));
        text.getAccessibleContext().setAccessibleName(Strings.get("log.title"));
        text.setText(memory.follow(line -> SwingUtilities.invokeLater(() -> text.append("\n" + line))));
        JButton copy = new JButton(Strings.get("log.copy"));
        copy.setName("log.copy");
        copy.addActionListener(event -> Toolkit.getDefaultToolkit()
                .getSystemClipboard()
                .setContents(new StringSelection(text.getText()), null));
        JPanel buttons = new JPanel(new MigLayout("insets 8 12 10 12, fillx", "[grow,right]", ""));
        buttons.add(copy);
        dialog.add(new JScrollPane(text), BorderLayout.CENTER);
        dialog.add(buttons, BorderLayout.SOUTH);
        EscapeCloses.in(dialog);
        dialog.setSize(ScreenRoom.now().fitting(860, 460));
        dialog.setLocationRelativeTo(owner);
        dialog.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                memory.leave();
            }
        });
        dialog.setVisible(true);
    }
}
