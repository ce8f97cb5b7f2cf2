// Source: where a problem's raw files come from, as alternatives that are tried in this order: a
// path that the user gives, an installed Debian package, what the cache has, a Debian package, an
// npm package, a wheel of the Python package index, apt's translated descriptions, an address. Packages are downloaded and unpacked, never
// installed, and no script of theirs is run.
//
//   const Source source = {.name = "cmudict", .npm_package = "cmu-pronouncing-dictionary",
//                          .npm_version = "3.0.0", .sha256 = "ca16...", .folder = "package",
//                          .needs = {"index.js"}};
//   T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(source, options));
#ifndef T2T_PROBLEMS_SOURCES_SOURCE_H_
#define T2T_PROBLEMS_SOURCES_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

struct Source {
  std::string name = {};  // what --source NAME=PATH calls it
  std::string debian_package =
      {};  // "" = none; its version is the one that apt offers: the hash is recorded
  std::string npm_package = {};  // "" = none
  std::string npm_version = {};
  std::string pypi_package = {};  // "" = none
  std::string pypi_version = {};
  std::string apt_language = {};  // of the descriptions of packages (apt_index.h); "" = none
  std::string url = {};           // of an archive; "" = none
  // Of the npm package, the wheel or the file at the address, where that is fixed.
  std::string sha256 = {};
  std::string folder = {};  // where the files are in the package: "usr/share/x"; "package" for npm
  std::vector<std::string> needs = {};  // files or folders in `folder` by which it is recognised
};

// The folder that holds `needs`. Calls options.source_used. Safe when several processes fetch the
// same source. Errors: NotFound for a given path without the files; FailedPrecondition when
// offline, naming what to put where; Unavailable with what each alternative said; DataLoss for a
// wrong hash.
absl::StatusOr<std::string> FetchSource(const Source& source, const GenerateOptions& options);

// The user's own copy of a data set that is not fetched: a file, or a folder; an archive (.tar, .tar.gz, .zip and the like) is
// unpacked into the cache. `holds` says for errors what the path must be: "a folder with x and y, from z". Calls
// options.source_used. Errors: FailedPrecondition where no path is given; NotFound where nothing is there.
absl::StatusOr<std::string> FetchOwnCopy(const std::string& name, const std::string& holds,
                                         const GenerateOptions& options);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_SOURCE_H_
