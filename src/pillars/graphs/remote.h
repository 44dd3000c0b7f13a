#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "base/fields.h"

namespace lepton::graphs {

/// Which service answers a graph that is kept elsewhere, as it may be shown.
struct Remote {
  std::string url;         ///< takes queries: "https://graphs.example/sparql"
  std::string update_url;  ///< takes updates; empty: none are forwarded
  std::string data_url;    ///< Graph Store Protocol; empty: none of it is forwarded
  std::string login;       ///< "none", "token", "password of lepton"

  static constexpr auto fields() {
    return std::tuple{required("url", &Remote::url, "the SPARQL service that answers queries"),
                      optional("update_url", &Remote::update_url, "that takes updates; empty: they are refused"),
                      optional("data_url", &Remote::data_url, "of its graph store; empty: it is refused"),
                      optional("login", &Remote::login, "how this platform logs in there; the secret is never shown")};
  }
};

/// What is given to make a graph remote.
struct RemoteSettings {
  std::string url, update_url, data_url, user, secret;

  static constexpr auto fields() {
    return std::tuple{
        required("url", &RemoteSettings::url, "the SPARQL service that answers queries"),
        optional("update_url", &RemoteSettings::update_url, "that takes updates, often the same"),
        optional("data_url", &RemoteSettings::data_url, "of its graph store"),
        optional("user", &RemoteSettings::user, "to log in there by HTTP Basic; without it the secret is a token"),
        optional("secret", &RemoteSettings::secret, "password or bearer token; kept sealed, never shown")};
  }
};

}  // namespace lepton::graphs
