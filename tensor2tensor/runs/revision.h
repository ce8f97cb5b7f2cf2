// Which source this library was built from. The build writes the definitions (cmake/T2TRevision.cmake).
#ifndef T2T_TENSOR2TENSOR_RUNS_REVISION_H_
#define T2T_TENSOR2TENSOR_RUNS_REVISION_H_

namespace t2t {

const char* Version();   // "0.1.0"
const char* Revision();  // as `git describe --always --dirty` says it; "unknown" outside a checkout
// Versions of the libraries it was built with: "Abseil 20220623, OpenCV 4.6.0, ...".
const char* LinkedLibraries();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_RUNS_REVISION_H_
