package io.vignette.gateway.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vignette.gateway.access.Access;
import io.vignette.gateway.http.Connections;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Problems for requests that never reach a resource: too large, for no path, too many. */
@ApplicationScoped
public class HttpBorders {
  private static final String API = "/v1/*";

  /** Behind Quarkus' authorization (-100): whoever has no key holds no memory. */
  private static final int FIRST = -90;

  /** Whatever refuses a request, it counts as open until it is answered. */
  private static final int BEFORE_ALL = -10_000;

  private static final int LAST = 1_000_000;

  /** All that is not the interface or its page. */
  private static final String SERVICE = "/q/*";

  /** Needs no key, and each answer takes processor time and memory. */
  private static final String METRICS = "/q/metrics";

  /** The formats of the server's own routes, written as there. */
  private static final String TEXT_METRICS = "text/plain";

  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  /** Set where the client takes one of these formats. */
  private static final String TAKES_METRICS = HttpBorders.class.getName() + ".metrics";

  /** From one address. Scrapers are few, and come every some seconds. */
  private static final int SCRAPES_A_SECOND = 20;

  private static final String OPTIONS = "OPTIONS";

  /** What the page, health, metrics and the OpenAPI document take. */
  private static final Set<String> READING = new TreeSet<>(Set.of("GET", "HEAD", OPTIONS));

  private static final int NO_CONTENT = 204;
  private static final int UNAVAILABLE = 503;

  private final long bodyBytesMax;
  private final BodyBudget budget;
  private final BodyWatch watch;
  private final Methods methods;
  private final Connections connections;
  private final Access access;
  private final RequestRates scrapes = new RequestRates(SCRAPES_A_SECOND, System::nanoTime);

  @Inject
  public HttpBorders(
      BodyLimit bodies,
      BodyBudget budget,
      BodyWatch watch,
      Methods methods,
      Connections connections,
      Access access) {
    this.bodyBytesMax = bodies.bytesMax();
    this.budget = budget;
    this.watch = watch;
    this.methods = methods;
    this.connections = connections;
    this.access = access;
  }

  void routes(@Observes Router router) {
    router.head().order(BEFORE_ALL - 1).handler(request -> withoutBody(request, router));
    router.route().order(BEFORE_ALL).handler(this::count);
    router.route().order(FIRST).handler(this::checkMethod);
    router.route(API).order(FIRST + 1).handler(this::refuseLargeBody);
    router.post(API).order(FIRST + 2).handler(this::refuseCrowd);
    router.route(SERVICE).order(FIRST + 1).handler(HttpBorders::refuseUnnamed);
    router.route(METRICS).order(FIRST + 2).handler(this::refuseManyScrapes);
    router
        .route(METRICS)
        .order(FIRST + 3)
        .produces(TEXT_METRICS)
        .produces(OPEN_METRICS)
        .handler(request -> request.put(TAKES_METRICS, true).next());
    router.route(METRICS).order(FIRST + 4).handler(HttpBorders::refuseOtherFormats);
    router.route().order(LAST).handler(HttpBorders::nothingHere);
    router.route().order(LAST + 1).failureHandler(HttpBorders::refusedByServer);
  }

  /** Ends a request without its body. */
  static void refuse(RoutingContext request, Problem problem) {
    EarlyAnswer.prepare(request);
    end(request, problem);
  }

  private void refuseLargeBody(RoutingContext request) {
    long length = BodyLimit.announced(request).orElse(0L);
    if (length <= bodyBytesMax) {
      request.next();
      return;
    }
    refuse(
        request,
        Problem.of(
            Reason.REQUEST_TOO_LARGE,
            "body: " + length + " bytes (expected: at most " + bodyBytesMax + ")",
            request.normalizedPath()));
  }

  /** Before memory runs out. What is announced is refused early, what comes is counted. */
  private void refuseCrowd(RoutingContext request) {
    // Where there are no keys, everybody is one tenant, which may use the whole budget.
    Optional<String> tenant = access.isOpen() ? Optional.empty() : Caller.tenantOf(request);
    BodyBudget.Share share = budget.open(tenant);
    long announced = BodyLimit.announced(request).orElse(0L);
    if (!share.mayHold(announced)) {
      EarlyAnswer.prepare(request);
      end(
          request,
          Problem.of(
              Reason.GATEWAY_BUSY,
              BodyBudget.FullException.detail(announced),
              request.normalizedPath()));
      return;
    }
    HeldBody.note(request, share);
    request.addEndHandler(ended -> share.requestEnded());
    watch.watch(request, share);
    request.next();
  }

  private void refuseManyScrapes(RoutingContext request) {
    if (scrapes.tryTake(String.valueOf(request.request().remoteAddress().hostAddress()))) {
      request.next();
      return;
    }
    refuse(
        request,
        Problem.of(
            Reason.GATEWAY_BUSY,
            "scrapes: more than %d a second from one address (expected: fewer)"
                .formatted(SCRAPES_A_SECOND),
            request.normalizedPath()));
  }

  /** The server answers at more paths than it has documents. */
  private static void refuseUnnamed(RoutingContext request) {
    if (OpenPaths.isOpen(request.request().path())) {
      request.next();
    } else {
      nothingHere(request);
    }
  }

  /** The server would say so in the status line, in the client's own words. */
  private static void refuseOtherFormats(RoutingContext request) {
    if (request.get(TAKES_METRICS) != null) {
      request.next();
      return;
    }
    String accept = String.valueOf(request.request().getHeader(HttpHeaders.ACCEPT));
    refuse(
        request,
        Problem.of(
            Reason.REQUEST_INVALID,
            406,
            "Accept: '%s' (expected: %s, or %s)"
                .formatted(Excerpt.of(accept), TEXT_METRICS, OPEN_METRICS),
            request.normalizedPath()));
  }

  /** Begins anew with a request whose answer has no body, where the server would send it. */
  private static void withoutBody(RoutingContext request, Router router) {
    HttpServerRequest head = request.request();
    if (BodilessRequest.isNeededFor(head)) {
      router.handle(new BodilessRequest(head));
    } else {
      request.next();
    }
  }

  private void count(RoutingContext request) {
    connections.requestBegan();
    request.addEndHandler(ended -> connections.requestEnded());
    request.next();
  }

  private void checkMethod(RoutingContext request) {
    Set<String> allowed =
        OpenPaths.isOpen(request.request().path()) ? READING : methods.of(request.normalizedPath());
    String method = request.request().method().name();
    if (allowed.isEmpty() || allowed.contains(method) && !method.equals(OPTIONS)) {
      request.next();
      return;
    }
    request.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
    if (method.equals(OPTIONS)) {
      request.response().setStatusCode(NO_CONTENT).end();
      return;
    }
    refuse(
        request,
        Problem.of(
            Reason.REQUEST_INVALID,
            405,
            "method: %s (expected: %s)".formatted(method, String.join(", ", allowed)),
            request.normalizedPath()));
  }

  /** What the server or a handler refused without a word. Faults are for the server to log. */
  private static void refusedByServer(RoutingContext request) {
    if (request.response().closed()) {
      return; // The client has left: whatever became of its answer is nobody's fault.
    }
    if (EarlyAnswer.isCut(request) && request.response().ended()) {
      return; // The resource wanted to say that its body broke off: the client was told why.
    }
    int status = request.statusCode();
    if (status < 400 || status >= 500 || request.response().headWritten()) {
      request.next();
      return;
    }
    refuse(
        request,
        Problem.of(
            HttpProblems.reasonOf(status),
            status,
            HttpProblems.detailOf(status),
            String.valueOf(request.request().path())));
  }

  private static void nothingHere(RoutingContext request) {
    end(
        request,
        Problem.of(
            Reason.REQUEST_INVALID, 404, HttpProblems.detailOf(404), request.normalizedPath()));
  }

  static void end(RoutingContext request, Problem problem) {
    if (problem.status() == UNAVAILABLE) {
      request.response().putHeader(HttpHeaders.RETRY_AFTER, Problem.SOON_SECONDS);
    }
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    request.response().end(ProblemDocuments.json(problem));
  }
}
