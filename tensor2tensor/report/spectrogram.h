// The picture of a sound: time to the right, pitch upwards, louder is darker.
#ifndef T2T_TENSOR2TENSOR_REPORT_SPECTROGRAM_H_
#define T2T_TENSOR2TENSOR_REPORT_SPECTROGRAM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

// A PNG of 64 mel bands from 0 to 4 kHz by at most 400 spectra; 60 decibels below the loudest is white. Errors: those of
// DecodeSound; more than an hour.
absl::StatusOr<std::string> SpectrogramPng(absl::string_view sound_file);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_SPECTROGRAM_H_
