// SPDX-License-Identifier: Apache-2.0
//
// The JSON of a judgement: fields are stable, new ones may be added.
#include <cmath>

#include <nlohmann/json.hpp>

#include "guard/assess.h"

namespace lostletter::guard {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

Json to_object(const Intended& intended) {
  return {{"address", intended.address},
          {"domain", intended.domain},
          {"probability", rounded(intended.probability, 4)},
          {"edit", intended.edit}};
}

Json to_object(const Finding& finding) {
  return {{"id", finding.id},
          {"log_odds", rounded(finding.log_odds, 2)},
          {"text", finding.text}};
}

template <typename Values>
Json to_array(const Values& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(to_object(value));
  return array;
}

}  // namespace

std::string to_json(const Assessment& assessment) {
  const Json object = {
      {"address", assessment.address},
      {"domain", assessment.domain},
      {"verdict", to_string(assessment.verdict)},
      {"probability", rounded(assessment.probability, 4)},
      {"intended", to_array(assessment.intended)},
      {"findings", to_array(assessment.findings)},
      {"action", to_string(assessment.action)},
  };
  // Bytes that are no UTF-8 become U+FFFD: the line stays JSON whatever came.
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lostletter::guard
