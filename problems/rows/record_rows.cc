// Rows of records with named fields: WebDataset's tar and TFRecord of tf.Example.
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "files/checksum.h"
#include "files/file_descriptor.h"
#include "files/little_endian.h"
#include "files/tf_example.h"
#include "problems/readers/input_file.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/formats.h"
#include "problems/rows/json_cells.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class Tar : public RowReader {
 public:
  explicit Tar(std::string path)
      : path_(std::move(path)), archive_(archive_read_new(), archive_read_free) {}

  absl::Status Open() {
    archive_read_support_filter_all(archive_.get());
    archive_read_support_format_tar(archive_.get());
    if (archive_read_open_filename(archive_.get(), path_.c_str(), size_t{1} << 20) != ARCHIVE_OK)
      return Damaged();
    T2T_RETURN_IF_ERROR(ReadMember());
    return archive_filter_count(archive_.get()) > 1 ? absl::OkStatus() : CheckEnd();
  }

  absl::StatusOr<bool> Next(Row* row) override {
    if (key_.empty()) return false;
    row->key = key_;
    row->place = absl::StrCat(path_, ": ", key_);
    row->cells.clear();
    row->further.clear();
    row->status = absl::OkStatus();
    std::set<std::string> fields;
    while (key_ == row->key) {
      if (!fields.insert(field_).second)
        row->status = absl::DataLossError(absl::StrCat("has two files '.", field_, "'"));
      if (field_ == "json") {
        const absl::StatusOr<nlohmann::json> object = ParseJson(content_);
        if (object.ok()) AddJsonCells(*object, field_, row);
        if (!object.ok()) row->status = Annotate(object.status(), ".json");
      } else {
        row->cells[field_] = std::move(content_);
      }
      T2T_RETURN_IF_ERROR(ReadMember());
    }
    return true;
  }
  bool holds_file(const std::string&) const override { return true; }

 private:
  // A tar that was cut between two files looks whole, but for the zeros that end it (POSIX.1-2017, pax). A compressed one
  // was cut within its stream.
  absl::Status CheckEnd() const {
    T2T_ASSIGN_OR_RETURN(const FileDescriptor file, FileDescriptor::Open(path_, O_RDONLY));
    T2T_ASSIGN_OR_RETURN(const int64_t size, file.Size());
    std::string end(1024, '\0');
    if (size >= 1024) T2T_RETURN_IF_ERROR(file.ReadAt(size - 1024, 1024, end.data()));
    if (size >= 1024 && end.find_first_not_of('\0') == std::string::npos) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat(path_, ": a cut tar: the zeros that end one are not there"));
  }

  absl::Status Damaged() const {
    const char* why = archive_error_string(archive_.get());
    return absl::DataLossError(absl::StrCat(
        path_, ": damaged or cut tar", key_.empty() ? "" : absl::StrCat(" behind '", key_, "'"),
        ": ", why == nullptr ? "it ends too early" : why));
  }

  // The next file into key_, field_ and content_; key_ is empty at the end.
  absl::Status ReadMember() {
    archive_entry* entry = nullptr;
    while (true) {
      const int header = archive_read_next_header(archive_.get(), &entry);
      if (header == ARCHIVE_EOF) {
        key_.clear();
        return absl::OkStatus();
      }
      if (header != ARCHIVE_OK && header != ARCHIVE_WARN) return Damaged();
      if (archive_entry_filetype(entry) != AE_IFREG) continue;
      const char* name = archive_entry_pathname(entry);
      const std::string path = name == nullptr ? "" : name;
      const size_t slash = path.rfind('/');
      const size_t dot = path.find('.', slash == std::string::npos ? 0 : slash + 1);
      // As in WebDataset, a file without an ending, or with nothing but one (".hidden"), is none of an example.
      if (dot == std::string::npos || dot == 0 || path[dot - 1] == '/') continue;
      if (archive_entry_size(entry) > kMostRecordBytes) {
        return absl::DataLossError(absl::StrCat(path_, ": '", path, "' has ",
                                                archive_entry_size(entry), " bytes; at most ",
                                                kMostRecordBytes, " are read"));
      }
      T2T_RETURN_IF_ERROR(ReadContent());
      key_ = path.substr(0, dot);
      field_ = path.substr(dot + 1);
      return absl::OkStatus();
    }
  }

  absl::Status ReadContent() {
    content_.clear();
    buffer_.resize(size_t{1} << 18);
    while (true) {
      const la_ssize_t size = archive_read_data(archive_.get(), buffer_.data(), buffer_.size());
      if (size < 0) return Damaged();
      if (size == 0) return absl::OkStatus();
      content_.append(buffer_, 0, static_cast<size_t>(size));
    }
  }

  std::string path_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  std::string key_, field_, content_, buffer_;
};

class TfRecord : public RowReader {
 public:
  explicit TfRecord(std::unique_ptr<InputFile> file) : file_(std::move(file)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    const int64_t offset = file_->offset();
    const auto error = [&](absl::string_view what) {
      return absl::DataLossError(
          absl::StrCat(file_->path(), ": record ", next_, " at byte ", offset, ": ", what));
    };
    T2T_RETURN_IF_ERROR(file_->Read(12, &bytes_));
    if (bytes_.empty()) return false;
    if (bytes_.size() < 12) return error("the file ends within its header");
    const auto size = LoadLittleEndian<uint64_t>(bytes_.data());
    if (!Fits({bytes_.data(), 8}, bytes_.data() + 8))
      return error("the checksum of its length is wrong: the file is damaged, or no TFRecord");
    if (size > static_cast<uint64_t>(kMostRecordBytes))
      return error(absl::StrCat("has ", size, " bytes; at most ", kMostRecordBytes, " are read"));
    T2T_RETURN_IF_ERROR(file_->Read(size + 4, &bytes_));
    if (bytes_.size() < size + 4) return error("the file ends within it");
    const absl::string_view record(bytes_.data(), size);
    row->place = absl::StrCat(file_->path(), ": record ", next_++);
    row->key.clear();
    row->cells.clear();
    row->further.clear();
    row->status = absl::OkStatus();
    if (!Fits({record.data(), record.size()}, bytes_.data() + size)) {
      row->status = absl::DataLossError("its checksum is wrong");
      return true;
    }
    const absl::StatusOr<Features> features = DecodeTfExample({record.data(), record.size()});
    row->status = features.status();
    if (!features.ok()) return true;
    for (const auto& [name, feature] : *features) AddFeature(name, feature, row);
    return true;
  }
  bool holds_file(const std::string&) const override { return true; }

 private:
  static bool Fits(std::string_view bytes, const char* stored) {
    return MaskCrc32c(Crc32c(bytes)) == LoadLittleEndian<uint32_t>(stored);
  }

  static void AddFeature(const std::string& name, const Feature& feature, Row* row) {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&feature.values)) {
      if (texts->empty()) return;
      row->cells[name] = (*texts)[0];
      for (size_t i = 1; i < texts->size(); ++i) row->further[name].push_back((*texts)[i]);
    } else if (const auto* floats = std::get_if<std::vector<float>>(&feature.values)) {
      row->cells[name] = *floats;
    } else {
      row->cells[name] = std::get<std::vector<int64_t>>(feature.values);
    }
  }

  std::unique_ptr<InputFile> file_;
  std::string bytes_;
  int64_t next_ = 0;
};

}  // namespace

RowsOrStatus OpenTar(const std::string& path) {
  auto tar = std::make_unique<Tar>(path);
  T2T_RETURN_IF_ERROR(tar->Open());
  return tar;
}

RowsOrStatus OpenTfRecord(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(auto file, InputFile::Open(path));
  return std::make_unique<TfRecord>(std::move(file));
}

}  // namespace t2t
