import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One node of a cluster under test: {@code TestNode HOME NAME=VALUE...}. It ends when it is killed. */
public final class TestNode extends Node {
    private TestNode(Path home, Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node"),
            List.of(Netty4Plugin.class),
            true);
    }

    public static void main(String[] line) throws Exception {
        Path home = Path.of(line[0]);
        Files.createDirectories(home.resolve("config"));
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        for (int at = 1; at < line.length; at++) {
            String[] pair = line[at].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        new TestNode(home, settings.build()).start();
        Thread.currentThread().join();
    }
}
