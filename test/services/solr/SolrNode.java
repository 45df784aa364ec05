import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Properties;
import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/** A Solr node in this process: SolrNode HOME PORT. With -DzkRun it is a SolrCloud of one, with its own ZooKeeper. */
public class SolrNode {
    public static void main(String[] args) throws Exception {
        Path home = Paths.get(args[0]).toAbsolutePath();
        JettyConfig config = JettyConfig.builder().setPort(Integer.parseInt(args[1])).setContext("/solr").stopAtShutdown(true).build();
        JettySolrRunner node = new JettySolrRunner(home.toString(), new Properties(), config);
        node.start();
        System.out.println("READY on " + node.getBaseUrl());
        Thread.currentThread().join();
    }
}
