// Where a package's file lies, by asking the program that knows it: apt-get, npm or pip. With the
// address a download can be continued and show its progress.
//
//   T2T_ASSIGN_OR_RETURN(const PackageAddress package, AskApt("dataset-fashion-mnist", report));
//   package.file == "dataset-fashion-mnist_0.0-1_all.deb"
#ifndef T2T_PROBLEMS_SOURCES_PACKAGE_ADDRESS_H_
#define T2T_PROBLEMS_SOURCES_PACKAGE_ADDRESS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct PackageAddress {
  std::string url;
  std::string file;    // the name that the program would give it
  std::string sha256;  // "" where the program does not tell it
};

// By `apt-get download --print-uris`. When apt does not know the package and we are root, the lists
// are fetched once (`report` is told) and it is asked again. Errors: NotFound where there is no
// apt-get; Aborted with what it said and the way out.
absl::StatusOr<PackageAddress> AskApt(const std::string& package,
                                      const std::function<void(const std::string&)>& report);

// By `npm view`. Errors: NotFound where there is no npm; Aborted with what it said.
absl::StatusOr<PackageAddress> AskNpm(const std::string& package, const std::string& version);

// By `pip3 install --dry-run --report`, which asks the indexes of pip's configuration and installs nothing. Only wheels: a
// source archive tells its own metadata by a script, which would be run. `folder` is for the report. Errors: NotFound where
// there is no pip3; Aborted with what it said.
absl::StatusOr<PackageAddress> AskPip(const std::string& package, const std::string& version,
                                      const std::string& folder);
// How pip is called to leave the wheel in the folder where it runs.
std::vector<std::string> PipDownload(const std::string& package, const std::string& version);

// The version of an installed Debian package, by dpkg-query; "" where it does not know it.
std::string InstalledVersion(const std::string& package);

// "some-word-list-1.2.3.tgz" for @some/word-list: the name that `npm pack` gives.
std::string NpmArchiveName(const std::string& package, const std::string& version);

// Whether a file is a wheel ("some_words-1.2-py3-none-any.whl") or a source archive ("some-words-1.2.tar.gz") of some-words 1.2,
// by the names that PEP 427 and PEP 625 give; older source archives write '-' and '.' as the package does.
bool IsPypiArchive(absl::string_view file, absl::string_view package, absl::string_view version);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_PACKAGE_ADDRESS_H_
