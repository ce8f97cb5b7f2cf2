#include "problems/sources/package_address.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
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

namespace {

std::string Requirement(const std::string& package, const std::string& version) {
  return absl::StrCat(package, "==", version);
}

// Runs of '-', '_' and '.' are one '_', letters are small (PEP 503 and 427).
std::string WheelName(absl::string_view package) {
  std::string name;
  for (const char c : package) {
    const bool mark = c == '-' || c == '_' || c == '.';
    if (!mark) name += absl::ascii_tolower(static_cast<unsigned char>(c));
    if (mark && !absl::EndsWith(name, "_")) name += '_';
  }
  return name;
}

}  // namespace

absl::StatusOr<PackageAddress> AskPip(const std::string& package, const std::string& version,
                                      const std::string& folder) {
  const std::string report = folder + "/pip-report.json";
  T2T_ASSIGN_OR_RETURN(
      const std::string output,
      RunProcess({"pip3", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps",
                  "--only-binary", ":all:", "--report", report, Requirement(package, version)},
                 folder));
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(report));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  const auto at = [&](const char* pointer) -> std::string {
    const nlohmann::json::json_pointer place(pointer);
    if (json.is_discarded() || !json.contains(place) || !json[place].is_string()) return "";
    return json[place].get<std::string>();
  };
  PackageAddress address = {at("/install/0/download_info/url"), "",
                            at("/install/0/download_info/archive_info/hashes/sha256")};
  // A wheel's name has no letters that an address must escape, but for '+' of a local version.
  address.file =
      absl::StrReplaceAll(address.url.substr(address.url.rfind('/') + 1), {{"%2B", "+"}});
  if (IsPypiArchive(address.file, package, version)) return address;
  return absl::AbortedError(
      absl::StrCat("pip3 gives no address of ", Requirement(package, version), ": ", output));
}

std::vector<std::string> PipDownload(const std::string& package, const std::string& version) {
  return {"pip3",
          "download",
          "--quiet",
          "--no-deps",
          "--only-binary",
          ":all:",
          Requirement(package, version)};
}

bool IsPypiArchive(absl::string_view file, absl::string_view package, absl::string_view version) {
  const bool wheel = absl::ConsumeSuffix(&file, ".whl");
  if (!wheel && !absl::ConsumeSuffix(&file, ".tar.gz")) return false;
  const std::string suffix = absl::StrCat("-", version);
  const size_t end = wheel ? file.find(absl::StrCat(suffix, "-")) : file.rfind(suffix);
  if (end == absl::string_view::npos || (!wheel && end + suffix.size() != file.size())) {
    return false;
  }
  return WheelName(file.substr(0, end)) == WheelName(package);
}

std::string InstalledVersion(const std::string& package) {
  const auto version = RunProcess({"dpkg-query", "-W", "-f=${Version}", package}, "/");
  return version.ok() ? *version : "";
}

std::string NpmArchiveName(const std::string& package, const std::string& version) {
  return absl::StrCat(absl::StrReplaceAll(package, {{"@", ""}, {"/", "-"}}), "-", version, ".tgz");
}

}  // namespace t2t
