// One real search engine inside this process: Elasticsearch 8 or 9, or OpenSearch 3, whichever is on
// the class path. Their servers come as libraries from a registry, without the start script a
// distribution has; this is that start script.
//
//   java -cp ... Engine HOME [setting=value]...
//
// HOME/config holds log4j2.properties, HOME/modules the HTTP transport. Settings are the engine's own
// names. Once it takes requests, HOME/port holds the port of HTTP, so that the port may be 0 (any).
// Everything is reached by reflection: the engines' jars need a newer compiler than the tests may count
// on, and one class file serves them all.
//
// Of this program's own making, and no answer of the engine: GET / and HEAD / on Elasticsearch, whose
// module for it is in no registry. The cluster_uuid there says so.
//
// SPDX-License-Identifier: MIT
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

public final class Engine {
	private final String vendor = present("org.opensearch.node.Node") ? "org.opensearch." : "org.elasticsearch.";
	private final Path home;
	private final List<String> settings;

	private Engine(Path home, List<String> settings) {
		this.home = home;
		this.settings = settings;
	}

	public static void main(String[] arguments) throws Throwable {
		Path home = Path.of(arguments[0]).toAbsolutePath();
		try {
			new Engine(home, Arrays.asList(arguments).subList(1, arguments.length)).run();
		} catch (InvocationTargetException wrapped) {
			throw wrapped.getCause();
		}
	}

	private void run() throws Exception {
		Object environment = environment();
		startLog(environment);
		Object node = node(environment);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
		tell(node, "start");
		Object http = service(node, "http.HttpServerTransport");
		if (vendor.equals("org.elasticsearch.") && !present("org.elasticsearch.rest.action.RestMainAction"))
			answerRoot(http);
		publishPort(http);
		new CountDownLatch(1).await();
	}

	private Object environment() throws Exception {
		Class<?> type = type("common.settings.Settings");
		Object builder = type.getMethod("builder").invoke(null);
		Method put = builder.getClass().getMethod("put", String.class, String.class);
		put.invoke(builder, "path.home", home.toString());
		for (String setting : settings) {
			int equals = setting.indexOf('=');
			put.invoke(builder, setting.substring(0, equals), setting.substring(equals + 1));
		}
		return type("env.Environment").getConstructor(type, Path.class)
			.newInstance(tell(builder, "build"), home.resolve("config"));
	}

	private void startLog(Object environment) throws Exception {
		Class<?> log = type("common.logging.LogConfigurator");
		log.getMethod("registerErrorListener").invoke(null);
		log.getMethod("setNodeName", String.class).invoke(null, "lab");
		Method configure = method(log, "configure");
		if (configure.getParameterCount() == 1)
			configure.invoke(null, environment);
		else
			configure.invoke(null, environment, true);
	}

	/** OpenSearch finds its modules by itself; Elasticsearch since 8.17 is handed them. */
	private Object node(Object environment) throws Exception {
		Class<?> node = type("node.Node");
		if (!present(vendor + "plugins.PluginsLoader"))
			return node.getConstructor(environment.getClass()).newInstance(environment);
		Class<?> loader = type("plugins.PluginsLoader");
		Method load = method(loader, "loadModulesBundles");
		Path modules = home.resolve("modules");
		Object bundles = load.getParameterCount() == 1
			? load.invoke(null, modules) : load.invoke(null, modules, false);
		Object plugins = loader
			.getMethod("createPluginsLoader", Set.class, Set.class, Map.class, boolean.class)
			.invoke(null, bundles, Set.of(), Map.of(), false);
		return node.getConstructor(environment.getClass(), loader).newInstance(environment, plugins);
	}

	private static void close(Object node) {
		try {
			tell(node, "close");
		} catch (ReflectiveOperationException failure) {
			failure.printStackTrace();
		}
	}

	/** Written aside and moved, so that nobody reads half a number. */
	private void publishPort(Object http) throws Exception {
		Object address = tell(tell(http, "boundAddress"), "publishAddress");
		Path aside = home.resolve("port.new");
		Files.writeString(aside, tell(address, "getPort") + "\n");
		Files.move(aside, home.resolve("port"), StandardCopyOption.ATOMIC_MOVE,
			StandardCopyOption.REPLACE_EXISTING);
	}

	private void answerRoot(Object http) throws Exception {
		Class<?> handler = type("rest.RestHandler");
		Class<?> route = type("rest.RestHandler$Route");
		Class<?> verb = type("rest.RestRequest$Method");
		String text = rootText();
		InvocationHandler behaviour = (self, called, with) -> switch (called.getName()) {
			case "handleRequest" -> {
				sendJson(with[1], text);
				yield null;
			}
			case "hashCode" -> System.identityHashCode(self);
			case "equals" -> self == with[0];
			case "toString" -> "root of the laboratory";
			default -> called.isDefault() ? InvocationHandler.invokeDefault(self, called, with) : null;
		};
		Object root = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, behaviour);
		var field = type("http.AbstractHttpServerTransport").getDeclaredField("dispatcher");
		field.setAccessible(true);
		Object controller = field.get(http);
		Method register = controller.getClass().getMethod("registerHandler", route, handler);
		for (String name : List.of("GET", "HEAD"))
			register.invoke(controller,
				route.getConstructor(verb, String.class).newInstance(verb.getField(name).get(null), "/"),
				root);
	}

	private void sendJson(Object channel, String text) throws Exception {
		Class<?> status = type("rest.RestStatus");
		Class<?> response = type("rest.RestResponse");
		Object answer = response.getConstructor(status, String.class, String.class)
			.newInstance(status.getField("OK").get(null), "application/json", text);
		type("rest.RestChannel").getMethod("sendResponse", response).invoke(channel, answer);
	}

	private String rootText() throws Exception {
		Object build = type("Build").getMethod("current").invoke(null);
		return """
			{
			  "name" : "lab",
			  "cluster_name" : "lab",
			  "cluster_uuid" : "_answered_by_lab_",
			  "version" : {
			    "number" : "%s",
			    "build_flavor" : "%s",
			    "build_type" : "%s",
			    "build_hash" : "%s",
			    "build_date" : "%s",
			    "build_snapshot" : false,
			    "minimum_wire_compatibility_version" : "%s",
			    "minimum_index_compatibility_version" : "%s"
			  },
			  "tagline" : "You Know, for Search"
			}
			""".formatted(tell(build, "version"), tell(build, "flavor"), "jar", tell(build, "hash"),
				tell(build, "date"), tell(build, "minWireCompatVersion"),
				tell(build, "minIndexCompatVersion"));
	}

	private Object service(Object node, String name) throws Exception {
		Object injector = tell(node, "injector");
		Method get = injector.getClass().getMethod("getInstance", Class.class);
		get.setAccessible(true);
		return get.invoke(injector, type(name));
	}

	private Class<?> type(String name) throws ClassNotFoundException {
		return Class.forName(vendor + name);
	}

	private static boolean present(String name) {
		try {
			Class.forName(name, false, Engine.class.getClassLoader());
			return true;
		} catch (ClassNotFoundException absent) {
			return false;
		}
	}

	private static Method method(Class<?> type, String name) {
		return Arrays.stream(type.getMethods()).filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
	}

	private static Object tell(Object object, String method) throws ReflectiveOperationException {
		Method found = object.getClass().getMethod(method);
		found.setAccessible(true);
		return found.invoke(object);
	}
}
