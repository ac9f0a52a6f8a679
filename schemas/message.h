#pragma once

#include <string>

namespace tokensieve {

/// A header of a Kafka record.
struct message_header {
  std::string name;
  std::string value;

  bool operator==(const message_header&) const = default;
};

}  // namespace tokensieve
