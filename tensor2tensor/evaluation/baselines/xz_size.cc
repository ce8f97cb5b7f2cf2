#include "tensor2tensor/evaluation/baselines/xz_size.h"

#include <archive.h>
#include <archive_entry.h>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

la_ssize_t Count(archive*, void* bytes, const void*, size_t size) {
  *static_cast<int64_t*>(bytes) += static_cast<int64_t>(size);
  return static_cast<la_ssize_t>(size);
}

absl::Status Said(archive* writer, la_ssize_t code) {
  if (code >= ARCHIVE_WARN) return absl::OkStatus();
  const char* text = archive_error_string(writer);
  return absl::InternalError(absl::StrCat("xz: ", text == nullptr ? "no reason given" : text));
}

}  // namespace

void XzSize::Close::operator()(archive* writer) const { archive_write_free(writer); }

absl::StatusOr<XzSize> XzSize::Begin() {
  XzSize size;
  size.writer_.reset(archive_write_new());
  archive* writer = size.writer_.get();
  if (writer == nullptr) return absl::ResourceExhaustedError("xz: no memory");
  T2T_RETURN_IF_ERROR(Said(writer, archive_write_set_format_raw(writer)));
  T2T_RETURN_IF_ERROR(Said(writer, archive_write_add_filter_xz(writer)));
  T2T_RETURN_IF_ERROR(
      Said(writer, archive_write_set_filter_option(writer, "xz", "compression-level", "9")));
  T2T_RETURN_IF_ERROR(Said(writer, archive_write_set_bytes_per_block(writer, 0)));
  T2T_RETURN_IF_ERROR(
      Said(writer, archive_write_open(writer, size.bytes_.get(), nullptr, Count, nullptr)));
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  const absl::Status status = Said(writer, archive_write_header(writer, entry));
  archive_entry_free(entry);
  T2T_RETURN_IF_ERROR(status);
  return size;
}

absl::Status XzSize::Add(absl::string_view text) {
  return Said(writer_.get(), archive_write_data(writer_.get(), text.data(), text.size()));
}

absl::StatusOr<int64_t> XzSize::Finish() {
  T2T_RETURN_IF_ERROR(Said(writer_.get(), archive_write_close(writer_.get())));
  return *bytes_;
}

}  // namespace t2t
