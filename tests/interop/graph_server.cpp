#include "graph_server.h"

namespace lepton::interop {

void GraphServer::start(std::string const& services) {
  if (!services.empty()) server_.set("LEPTON_ALLOW_SERVICES", services);
  server_.start();
  if (tokens_.empty()) tokens_ = crash::found_company(server_);
}

http::ClientResponse GraphServer::send(std::string const& who, http::ClientRequest request) {
  http::Client client({.base_url = server_.url()});
  request.headers.set("Authorization", "Bearer " + tokens_.at(who));
  return client.send(request);
}

http::ClientResponse GraphServer::query(std::string const& who, std::string const& graph, std::string const& text,
                                        std::string const& accept) {
  return send(who, {.method = "POST",
                    .target = "/sparql/risk/" + graph,
                    .headers = {{"Content-Type", "application/sparql-query"}, {"Accept", accept}},
                    .body = text});
}

http::ClientResponse GraphServer::update(std::string const& who, std::string const& graph, std::string const& text) {
  return send(who, {.method = "POST",
                    .target = "/sparql/risk/" + graph,
                    .headers = {{"Content-Type", "application/sparql-update"}},
                    .body = text});
}

crash::Answer GraphServer::create(std::string const& name, json::Value const& remote) {
  json::Object body{{"name", name}};
  if (!remote.is_null()) body["remote"] = remote;
  return api("ben").post("/v1/departments/risk/graphs", body);
}

}  // namespace lepton::interop
