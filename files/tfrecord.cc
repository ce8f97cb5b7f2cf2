#include "files/tfrecord.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "files/checksum.h"
#include "files/little_endian.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr size_t kHeaderBytes = 12;  // Length and its checksum.
constexpr size_t kFrameBytes = 16;   // What a record of no bytes takes.

constexpr std::string_view kIndexMagic = "T2TINDEX";
constexpr uint32_t kIndexVersion = 1;
constexpr size_t kIndexHeaderBytes = 20;

std::string IndexPath(const std::string& path) { return path + ".index"; }

std::string FrameHeader(size_t size) {
  std::string header;
  AppendLittleEndian<uint64_t>(size, &header);
  AppendLittleEndian<uint32_t>(MaskCrc32c(Crc32c(header)), &header);
  return header;
}

std::string FrameFooter(std::string_view record) {
  std::string footer;
  AppendLittleEndian<uint32_t>(MaskCrc32c(Crc32c(record)), &footer);
  return footer;
}

bool ChecksumFits(std::string_view bytes, const char* stored) {
  return MaskCrc32c(Crc32c(bytes)) == LoadLittleEndian<uint32_t>(stored);
}

std::string EncodeIndex(const std::vector<uint64_t>& offsets) {
  std::string bytes(kIndexMagic);
  AppendLittleEndian<uint32_t>(kIndexVersion, &bytes);
  AppendLittleEndian<uint64_t>(offsets.size() - 1, &bytes);
  for (const uint64_t offset : offsets) AppendLittleEndian<uint64_t>(offset, &bytes);
  AppendLittleEndian<uint32_t>(Crc32c(bytes), &bytes);
  return bytes;
}

absl::Status IndexError(const std::string& path, const std::string& what) {
  return absl::DataLossError(
      absl::StrCat(IndexPath(path), ": ", what, "; if ", path,
                   " is whole, remove the index and its records are found by a scan"));
}

// The offsets in the bytes of an index that must fit a file of file_size bytes.
absl::StatusOr<std::vector<uint64_t>> DecodeIndex(const std::string& path, const std::string& bytes,
                                                  uint64_t file_size) {
  const size_t size = bytes.size();
  if (size < kIndexHeaderBytes + 12 || std::string_view(bytes).substr(0, 8) != kIndexMagic) {
    return IndexError(path,
                      absl::StrCat("the ", size, " bytes are no record index (no 'T2TINDEX')"));
  }
  const uint32_t version = LoadLittleEndian<uint32_t>(bytes.data() + 8);
  if (version != kIndexVersion) {
    return IndexError(path, absl::StrCat("version ", version, ", but only version ", kIndexVersion,
                                         " can be read"));
  }
  const std::string_view guarded = std::string_view(bytes).substr(0, size - 4);
  if (Crc32c(guarded) != LoadLittleEndian<uint32_t>(bytes.data() + size - 4)) {
    return IndexError(path, "the checksum at its end does not fit: it is damaged or cut");
  }
  const uint64_t count = LoadLittleEndian<uint64_t>(bytes.data() + 12);
  // Compared by division: a false count must not overflow.
  if ((guarded.size() - kIndexHeaderBytes) % 8 != 0 ||
      (guarded.size() - kIndexHeaderBytes) / 8 - 1 != count) {
    return IndexError(path, absl::StrCat(count, " records do not fit its ", size, " bytes"));
  }
  std::vector<uint64_t> offsets(count + 1);
  for (size_t i = 0; i < offsets.size(); ++i) {
    offsets[i] = LoadLittleEndian<uint64_t>(bytes.data() + kIndexHeaderBytes + 8 * i);
    const uint64_t least = i == 0 ? 0 : offsets[i - 1] + kFrameBytes;
    if (offsets[i] < least || offsets[i] > file_size || (i == 0 && offsets[i] != 0)) {
      return IndexError(path, absl::StrCat("record ", i, " begins at byte ", offsets[i],
                                           ", which cannot be in a file of ", file_size, " bytes"));
    }
  }
  if (offsets.back() != file_size) {
    return IndexError(path, absl::StrCat("it was made for a file of ", offsets.back(),
                                         " bytes, but ", path, " has ", file_size));
  }
  return offsets;
}

absl::StatusOr<std::vector<uint64_t>> ScanOffsets(const FileDescriptor& file, uint64_t file_size) {
  std::vector<uint64_t> offsets = {0};
  while (offsets.back() < file_size) {
    const uint64_t offset = offsets.back();
    const std::string place =
        absl::StrCat(file.path(), ": record ", offsets.size() - 1, " at byte ", offset);
    const uint64_t left = file_size - offset;
    if (left < kFrameBytes) {
      return absl::DataLossError(absl::StrCat(place, ": only ", left,
                                              " bytes are left, a record has at ", "least ",
                                              kFrameBytes, ": the file is cut"));
    }
    std::array<char, kHeaderBytes> header;
    T2T_RETURN_IF_ERROR(file.ReadAt(static_cast<int64_t>(offset), kHeaderBytes, header.data()));
    if (!ChecksumFits({header.data(), 8}, header.data() + 8)) {
      return absl::DataLossError(absl::StrCat(
          place,
          ": the checksum of its length does not fit: damaged, or not an uncompressed TFRecord"));
    }
    const uint64_t length = LoadLittleEndian<uint64_t>(header.data());
    if (length > left - kFrameBytes) {
      return absl::DataLossError(absl::StrCat(place, ": it has ", length,
                                              " bytes, but the file has only ", left - kFrameBytes,
                                              " for it: the file is cut"));
    }
    offsets.push_back(offset + kFrameBytes + length);
  }
  return offsets;
}

}  // namespace

std::string FrameRecord(std::string_view record) {
  std::string frame = FrameHeader(record.size());
  frame.append(record);
  frame.append(FrameFooter(record));
  return frame;
}

absl::StatusOr<std::unique_ptr<RecordWriter>> RecordWriter::Create(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(std::unique_ptr<AtomicFile> file, AtomicFile::Create(path));
  return std::unique_ptr<RecordWriter>(new RecordWriter(std::move(file)));
}

absl::Status RecordWriter::Append(std::string_view record) {
  T2T_RETURN_IF_ERROR(file_->Append(FrameHeader(record.size())));
  T2T_RETURN_IF_ERROR(file_->Append(record));
  T2T_RETURN_IF_ERROR(file_->Append(FrameFooter(record)));
  offsets_.push_back(static_cast<uint64_t>(file_->size()));
  return absl::OkStatus();
}

absl::Status RecordWriter::Commit() {
  // An empty append returns the error of an earlier one before the old file is touched.
  T2T_RETURN_IF_ERROR(file_->Append({}));
  if (::unlink(file_->path().c_str()) != 0 && errno != ENOENT) {
    return ErrnoStatus("replace", file_->path());
  }
  T2T_RETURN_IF_ERROR(WriteFileAtomically(IndexPath(file_->path()), EncodeIndex(offsets_)));
  return file_->Commit();
}

absl::StatusOr<std::unique_ptr<RecordReader>> RecordReader::Open(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(path, O_RDONLY));
  T2T_ASSIGN_OR_RETURN(const int64_t size, file.Size());
  const absl::StatusOr<std::string> index = ReadFile(IndexPath(path));
  std::vector<uint64_t> offsets;
  if (index.ok()) {
    T2T_ASSIGN_OR_RETURN(offsets, DecodeIndex(path, *index, static_cast<uint64_t>(size)));
  } else if (absl::IsNotFound(index.status())) {
    T2T_ASSIGN_OR_RETURN(offsets, ScanOffsets(file, static_cast<uint64_t>(size)));
  } else {
    return index.status();
  }
  return std::unique_ptr<RecordReader>(new RecordReader(std::move(file), std::move(offsets)));
}

absl::StatusOr<std::string> RecordReader::Read(int64_t i) const {
  if (i < 0 || i >= size()) {
    return absl::OutOfRangeError(
        absl::StrCat(file_.path(), ": there is no record ", i, "; it has ", size(), " records"));
  }
  const uint64_t offset = offsets_[static_cast<size_t>(i)];
  const uint64_t frame = offsets_[static_cast<size_t>(i) + 1] - offset;
  const std::string place = absl::StrCat(file_.path(), ": record ", i, " at byte ", offset);
  std::string bytes(frame, '\0');
  T2T_RETURN_IF_ERROR(Annotate(
      file_.ReadAt(static_cast<int64_t>(offset), static_cast<int64_t>(frame), bytes.data()),
      place));
  const uint64_t length = LoadLittleEndian<uint64_t>(bytes.data());
  if (!ChecksumFits({bytes.data(), 8}, bytes.data() + 8)) {
    return absl::DataLossError(absl::StrCat(place, ": the checksum of its length does not fit"));
  }
  if (length != frame - kFrameBytes) {
    return absl::DataLossError(absl::StrCat(place, ": its length is ", length,
                                            ", but the next record begins ", frame,
                                            " bytes further"));
  }
  if (!ChecksumFits({bytes.data() + kHeaderBytes, length}, bytes.data() + kHeaderBytes + length)) {
    return absl::DataLossError(
        absl::StrCat(place, ": the checksum of its ", length, " bytes does not fit"));
  }
  bytes.resize(kHeaderBytes + length);
  bytes.erase(0, kHeaderBytes);
  return bytes;
}

}  // namespace t2t
