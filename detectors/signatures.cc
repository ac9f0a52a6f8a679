#include "detectors/signatures.h"

#include "detectors/decoders.h"

#include <stdexcept>
#include <string>

namespace tokensieve {
namespace {

struct pattern {
  std::string expression;
  signature id;
  unsigned flags = 0;
};

// Names match in either case where people write them so: exactly the names
// that environment variables are made of. What else must stand around a match
// is looked at in the callback: bounded repeats take long to compile.
std::vector<pattern> names() {
  return {
      {"_authToken", signature::npmrc_name, HS_FLAG_CASELESS},
      {"npmAuthToken", signature::yarn_name},
      {"npm_token", signature::variable_name, HS_FLAG_CASELESS},
      {"npm_auth_token", signature::variable_name, HS_FLAG_CASELESS},
      {"node_auth_token", signature::variable_name, HS_FLAG_CASELESS},
      {"npm token create", signature::token_create},
      {"Created ", signature::created_token},
      {R"(NpmToken\.)", signature::nexus},
      {"npm_", signature::granular},
  };
}

hs_database_handle compile_database(const std::vector<pattern>& patterns,
                                    const std::vector<pattern>& triggers) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  const auto add = [&](const pattern& added, unsigned id) {
    expressions.push_back(added.expression.c_str());
    flags.push_back(added.flags);
    ids.push_back(id);
  };
  for (const pattern& added : patterns) {
    add(added, static_cast<unsigned>(added.id));
  }
  auto id = static_cast<unsigned>(signature::trigger);
  for (const pattern& added : triggers)
    add(added, id++);

  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t result =
      hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(expressions.size()), HS_MODE_BLOCK,
                       nullptr, &database, &error);
  const hs_compile_error_handle owned_error(error);
  if (result != HS_SUCCESS) {
    throw std::runtime_error("Hyperscan cannot compile the signatures: " +
                             std::string(error->message));
  }
  return hs_database_handle(database);
}

}  // namespace

signatures::signatures() : decoders_(make_decoders()) {
  std::vector<pattern> text;
  for (unsigned i = 0; i < decoders_.size(); ++i) {
    for (std::size_t encoding = 0; encoding < readers_.size(); ++encoding) {
      if (decoders_[i]->reads(static_cast<token_encoding>(encoding)))
        readers_[encoding] = i;
    }
    for (std::string& expression : decoders_[i]->text_patterns()) {
      text.push_back({std::move(expression), signature::trigger});
      triggers_.push_back(i);
    }
  }
  full_ = compile_database(names(), text);
}

std::shared_ptr<const signatures> signatures::compile() {
  return std::shared_ptr<const signatures>(new signatures);
}

}  // namespace tokensieve
