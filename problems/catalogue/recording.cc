#include "problems/catalogue/recording.h"

#include "files/atomic_file.h"
#include "modalities/codecs/sound.h"
#include "registry/status_macros.h"

namespace t2t {

absl::StatusOr<std::string> ReadRecording(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  T2T_ASSIGN_OR_RETURN(const SoundHeader header, ReadSoundHeader(bytes));
  if (header.frames <= 0) return absl::InvalidArgumentError("the sound has no sample");
  return bytes;
}

}  // namespace t2t
