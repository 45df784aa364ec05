/** A node with the modules that the tests need, as version 3 takes them. */
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.opensearch.Version;
import org.opensearch.env.Environment;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

class LocalNode extends Node {
    static final String[] PLUGINS = {
        "org.opensearch.transport.Netty4ModulePlugin",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
        "org.opensearch.painless.PainlessModulePlugin",
        "org.opensearch.index.mapper.MapperExtrasModulePlugin",
        "org.opensearch.index.reindex.ReindexModulePlugin",
    };

    private LocalNode(Environment environment, Collection<PluginInfo> plugins) {
        super(environment, plugins, true);
    }

    static Node of(Environment environment) {
        String java = Integer.toString(Runtime.version().feature());
        List<PluginInfo> plugins = new ArrayList<>();
        for (String name : PLUGINS) {
            plugins.add(new PluginInfo(name, "module", "NA", Version.CURRENT, java, name, Collections.emptyList(), false));
        }
        return new LocalNode(environment, plugins);
    }
}
