# LibTorch, found in the Python wheel by its libraries and not by its own CMake package, which wants a
# CUDA toolkit as soon as the wheel has CUDA libraries. T2T_TORCH_DIR or CMAKE_PREFIX_PATH may name the
# folder "torch" of the wheel, its share/cmake, or an unpacked libtorch; else an importable torch is asked.

set(T2T_TORCH_DIR "" CACHE PATH "Folder of LibTorch that holds include/ and lib/")

set(t2t_torch_hints ${T2T_TORCH_DIR})
foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
  list(APPEND t2t_torch_hints "${prefix}" "${prefix}/../..")
endforeach()
find_path(t2t_torch_include_dir torch/csrc/api/include/torch/torch.h HINTS ${t2t_torch_hints}
  PATH_SUFFIXES include NO_DEFAULT_PATH)
if(NOT t2t_torch_include_dir)
  find_program(t2t_python NAMES python3 python)
  execute_process(COMMAND "${t2t_python}" -c
    "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
    OUTPUT_VARIABLE t2t_torch_found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  find_path(t2t_torch_include_dir torch/csrc/api/include/torch/torch.h
    HINTS "${t2t_torch_found}/include" NO_DEFAULT_PATH)
endif()
if(NOT t2t_torch_include_dir)
  message(FATAL_ERROR "LibTorch was not found. Run scripts/setup, or give -DT2T_TORCH_DIR=FOLDER "
    "(the folder 'torch' of the Python wheel torch==2.13.0, or an unpacked libtorch).")
endif()
get_filename_component(t2t_torch_root "${t2t_torch_include_dir}/.." ABSOLUTE)
message(STATUS "LibTorch: ${t2t_torch_root}")

add_library(t2t_torch INTERFACE)
target_include_directories(t2t_torch SYSTEM INTERFACE
  "${t2t_torch_include_dir}" "${t2t_torch_include_dir}/torch/csrc/api/include")
foreach(library torch torch_cpu c10)
  find_library(t2t_lib_${library} ${library} PATHS "${t2t_torch_root}/lib" NO_DEFAULT_PATH REQUIRED)
  target_link_libraries(t2t_torch INTERFACE "${t2t_lib_${library}}")
endforeach()
# CUDA kernels register themselves when their library is loaded: nothing names a symbol of it.
foreach(library torch_cuda c10_cuda)
  find_library(t2t_lib_${library} ${library} PATHS "${t2t_torch_root}/lib" NO_DEFAULT_PATH)
  if(t2t_lib_${library})
    target_link_options(t2t_torch INTERFACE
      "SHELL:-Wl,--push-state,--no-as-needed ${t2t_lib_${library}} -Wl,--pop-state")
  endif()
endforeach()
target_link_libraries(t2t_torch INTERFACE Threads::Threads)
