#include "problems/sources/package_address.h"

#include <unistd.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "problems/sources/process.h"
#include "registry/status_macros.h"

namespace t2t {

absl::StatusOr<PackageAddress> AskApt(const std::string& package,
                                      const std::function<void(const std::string&)>& report) {
  const std::vector<std::string> command = {"apt-get", "download", "--print-uris", package};
  absl::StatusOr<std::string> output = RunProcess(command, "/");
  if (absl::IsAborted(output.status()) && geteuid() == 0) {
    report("running apt-get update");
    T2T_RETURN_IF_ERROR(RunProcess({"apt-get", "update"}, "/").status());
    output = RunProcess(command, "/");
  }
  if (absl::IsAborted(output.status())) {
    return Annotate(output.status(),
                    "if the package lists are missing or old, run 'apt-get update' as root");
  }
  T2T_RETURN_IF_ERROR(output.status());
  // 'http://.../x_1.2_all.deb' x_1.2_all.deb 12345 SHA256:39e1...
  for (const absl::string_view line : absl::StrSplit(*output, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
    absl::string_view url = fields[0];
    if (fields.size() < 3 || !absl::ConsumePrefix(&url, "'") || !absl::ConsumeSuffix(&url, "'") ||
        absl::StrContains(fields[1], '/')) {
      continue;
    }
    PackageAddress address = {std::string(url), std::string(fields[1]), ""};
    if (fields.size() > 3 && absl::StartsWith(fields[3], "SHA256:")) {
      address.sha256 = std::string(absl::StripPrefix(fields[3], "SHA256:"));
    }
    return address;
  }
  return absl::AbortedError(absl::StrCat("apt-get gives no address of ", package, ": ", *output));
}

absl::StatusOr<PackageAddress> AskNpm(const std::string& package, const std::string& version) {
  T2T_ASSIGN_OR_RETURN(
      const std::string output,
      RunProcess({"npm", "view", "--silent", absl::StrCat(package, "@", version), "dist.tarball"},
                 "/"));
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    if (!absl::StartsWith(line, "http")) continue;
    return PackageAddress{std::string(line), NpmArchiveName(package, version), ""};
  }
  return absl::AbortedError(
      absl::StrCat("npm gives no address of ", package, "@", version, ": ", output));
}

std::string InstalledVersion(const std::string& package) {
  const auto version = RunProcess({"dpkg-query", "-W", "-f=${Version}", package}, "/");
  return version.ok() ? *version : "";
}

std::string NpmArchiveName(const std::string& package, const std::string& version) {
  return absl::StrCat(absl::StrReplaceAll(package, {{"@", ""}, {"/", "-"}}), "-", version, ".tgz");
}

}  // namespace t2t
