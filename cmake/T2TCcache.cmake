# Compiles through ccache where it is installed. Without these two permissions ccache would not keep
# anything that uses the precompiled header.
find_program(T2T_CCACHE ccache)
mark_as_advanced(T2T_CCACHE)
if(T2T_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${T2T_CCACHE}")
endif()
