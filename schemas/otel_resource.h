#pragma once

#include "schemas/json_value.h"
#include "schemas/leak.h"

namespace tokensieve {

/// What the attributes of an OTLP `resource` say of the build that its logs
/// are of, by the semantic conventions for CI/CD and version control.
[[nodiscard]] leak read_otel_resource(const json_value& resource);

}  // namespace tokensieve
