// SPDX-License-Identifier: Apache-2.0
//
// print_facts [OPTION VALUE]... RESOLVER: the facts of the names on standard
// input, one a line, as one JSON object a line in the order they are found;
// then the counts. Options are those of dns::ResolverOptions, in milliseconds.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "dns/facts.h"

namespace {

using namespace lostletter;
using Json = nlohmann::ordered_json;

Json to_json(const dns::Facts& facts) {
  Json exchangers = Json::array();
  for (const dns::Exchanger& one : facts.exchangers) {
    exchangers.push_back({one.preference, one.host, to_string(one.reachable)});
  }
  return {{"name", facts.name},
          {"exists", to_string(facts.exists)},
          {"service", to_string(facts.service)},
          {"accepts", to_string(facts.accepts())},
          {"exchangers", exchangers},
          {"exchanger_count", facts.exchanger_count},
          {"wildcards", facts.wildcards},
          {"authentic", facts.authentic},
          {"refuses_spf", facts.refuses_spf},
          {"parked", facts.parked},
          {"name_servers", facts.name_servers}};
}

}  // namespace

int main(int count, char** values) {
  dns::ResolverOptions options;
  for (int i = 1; i < count; ++i) {
    const std::string text = values[i];
    if (text == "--timeout") {
      options.timeout = std::chrono::milliseconds(std::atoi(values[++i]));
    } else if (text == "--deadline") {
      options.deadline = std::chrono::milliseconds(std::atoi(values[++i]));
    } else if (text == "--in-flight") {
      options.in_flight = static_cast<std::size_t>(std::atoi(values[++i]));
    } else {
      const auto server = dns::Server::parse(text);
      if (!server) {
        std::cerr << server.error().message << "\n";
        return 64;
      }
      options.servers.push_back(*server);
    }
  }
  const auto resolver = dns::Resolver::open(options);
  if (!resolver) {
    std::cerr << resolver.error().message << "\n";
    return 69;
  }
  std::vector<std::string> names;
  for (std::string line; std::getline(std::cin, line);) names.push_back(line);
  dns::inquire(**resolver, names, {}, [](std::size_t, dns::Facts&& facts) {
    std::cout << to_json(facts).dump() << "\n";
  });
  const dns::ResolverCounts& counts = (*resolver)->counts();
  std::cout << Json{{"asked", counts.asked}, {"unknown", counts.unknown}}.dump()
            << "\n";
  return 0;
}
