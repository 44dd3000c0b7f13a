#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace lepton::http {

/// How a route takes its request's body and where it runs.
struct RouteOptions {
  std::uint64_t max_body_bytes = 1 << 20;
  bool stream_body = false;  ///< Request::stream instead of Request::body
};

/// Runs on a worker thread and may block. What it throws is logged and answered with 500.
using Handler = std::function<Response(Request&)>;
/// Runs on a network thread, must not block; answers later from any thread. For paths where a thread hop matters.
using AsyncHandler = std::function<void(Request, std::shared_ptr<Responder>)>;

/// Method and path template → handler. Templates: "/v2/models/{model}/infer", a parameter is one segment; "{path...}"
/// at the end takes the rest; a literal suffix may follow in the segment: "/v1/jobs/{job}:cancel". Literal beats
/// parameter with suffix beats parameter beats rest. Filled before the server starts, then read by any thread.
class Router {
 public:
  struct Route {
    std::string method;
    std::string path;
    RouteOptions options;
    Handler handler;  ///< one of the two is set
    AsyncHandler async_handler;
  };
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// A malformed template or the same method and path twice is a broken promise.
  void add(std::string method, std::string path, Handler handler, RouteOptions options = {});
  void add_async(std::string method, std::string path, AsyncHandler handler, RouteOptions options = {});

  struct Match {
    Route const* route = nullptr;  ///< null: nothing at that path and method
    Pairs parameters;
    std::vector<std::string> allowed;  ///< methods that exist at the path, when the method does not
  };
  /// `path` is the raw (still percent-encoded) path; parameters come back decoded. HEAD finds the route of GET when it
  /// has none of its own.
  [[nodiscard]] Match match(std::string_view method, std::string_view path) const;
  [[nodiscard]] std::vector<Route> const& routes() const { return routes_; }

 private:
  struct Node;

  void insert(Route route);

  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
};

}  // namespace lepton::http
