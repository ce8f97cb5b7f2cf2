#include "tensor2tensor/layers/parallel_for.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>

// Of the OpenMP in LibTorch, whichever it is; null in a LibTorch without.
extern "C" __attribute__((weak)) void omp_set_num_threads(int threads);

namespace t2t {
namespace {

// While it lives, libraries that ask on this thread are told of one thread. oneDNN asks how many there are when it plans a
// convolution, but gets one where a loop already runs on all of them: the others' share is never done, or waited for.
class OneThread {
 public:
  // LibTorch sets a thread's number when it is first asked for it: before, or it would undo ours.
  OneThread() : before_(at::get_num_threads()) { Set(1); }
  ~OneThread() { Set(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  static void Set(int threads) {
    if (omp_set_num_threads != nullptr) omp_set_num_threads(threads);
  }
  const int before_;
};

}  // namespace

void ParallelFor(int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> work) {
  if (count <= 0) return;
  if (count <= grain || at::get_num_threads() == 1 || at::in_parallel_region()) {
    work(0, count);
    return;
  }
  // An element-wise operation over the numbers 0, 1, ...: LibTorch cuts it into parts.
  const at::Tensor numbers = at::arange(count, at::kLong);
  at::TensorIterator::borrowing_nullary_op(numbers).for_each(
      [&work](char** data, const int64_t* /*strides*/, int64_t n) {
        const OneThread one_thread;
        const int64_t begin = *reinterpret_cast<const int64_t*>(data[0]);
        work(begin, begin + n);
      },
      grain);
}

}  // namespace t2t
