#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace tokensieve {

/// What a program left behind.
struct program_result {
  int status = -1;  ///< exit status; -1 where a signal ended it
  std::string out;
  std::string err;
};

/// Where the program reads from and writes to; the files must exist. An empty
/// `out` is caught in `program_result::out`.
struct program_streams {
  std::string in = "/dev/null";
  std::string out{};
};

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Runs tokensieve with `arguments`; `folder` holds what it prints. Descriptor
/// `out`, where there is one, becomes its standard output.
inline program_result run_program(const std::string& folder,
                                  std::vector<std::string> arguments,
                                  const program_streams& streams = {},
                                  int out = -1) {
  const std::string out_file = folder + "/out";
  const std::string err_file = folder + "/err";
  arguments.insert(arguments.begin(), TOKENSIEVE_PROGRAM);
  std::vector<char*> argv;
  for (std::string& argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    const auto redirect = [](const std::string& file, int flags, int to) {
      const int opened = ::open(file.c_str(), flags, 0600);
      if (opened < 0 || ::dup2(opened, to) < 0) ::_exit(126);
    };
    redirect(streams.in, O_RDONLY, STDIN_FILENO);
    redirect(err_file, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (out >= 0) {
      if (::dup2(out, STDOUT_FILENO) < 0) ::_exit(126);
    } else if (!streams.out.empty()) {
      redirect(streams.out, O_WRONLY, STDOUT_FILENO);
    } else {
      redirect(out_file, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    }
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .out = read_file(out_file),
          .err = read_file(err_file)};
}

}  // namespace tokensieve
