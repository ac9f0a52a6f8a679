#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace tokensieve {

/// A folder for one test, gone with it.
class temporary_folder {
 public:
  temporary_folder()
      : path_{std::filesystem::temp_directory_path() / "tokensieve-XXXXXX"} {
    if (::mkdtemp(path_.data()) == nullptr) {
      throw std::runtime_error("cannot make a temporary folder");
    }
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Writes a file that every user can read; returns its path.
  std::string write(const std::string& name, const std::string& content) const {
    const std::string file = path_ + "/" + name;
    std::ofstream{file, std::ios::binary} << content;
    std::filesystem::permissions(file, std::filesystem::perms{0644});
    return file;
  }

 private:
  std::string path_;
};

}  // namespace tokensieve
