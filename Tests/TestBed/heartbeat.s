# A guest without an operating system: one boot sector. On its serial line it says `boot` once, and then about five times
# a second `beat N at T`: N counts up, T is its own clock in ticks of 54.9 ms, both hexadecimal. A restart shows as a
# second `boot`, a standstill as a leap of T. Between beats it writes to 512 KiB of memory, so that a migration has work.
.code16
.globl start
start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw $start, %sp
    cld
    sti
    movw $boot, %si
    call text
    xorl %ebx, %ebx
beat:
    movw $count, %si
    call text
    movl %ebx, %eax
    call number
    movw $time, %si
    call text
    movl 0x46c, %eax
    call number
    movb $10, %al
    call letter
    incl %ebx
    movw $0x1000, %dx           # segments 0x1000 to 0x8000, 64 KiB each
dirty:
    movw %dx, %es
    xorw %di, %di
    movw $0x4000, %cx
    movl %ebx, %eax
    rep stosl
    addw $0x1000, %dx
    cmpw $0x9000, %dx
    jne dirty
    movb 0x46c, %dl             # the low byte of the BIOS's tick counter
    addb $4, %dl
rest:
    hlt
    movb 0x46c, %al
    subb %dl, %al
    js rest
    jmp beat

number:                         # prints %eax
    movw $8, %cx
digit:
    roll $4, %eax
    pushl %eax
    andb $15, %al
    addb $0x30, %al
    cmpb $0x3a, %al
    jb decimal
    addb $39, %al
decimal:
    call letter
    popl %eax
    loop digit
    ret

text:                           # prints the string at %si
    lodsb
    testb %al, %al
    jz done
    call letter
    jmp text

letter:                         # prints %al
    pushw %ax
    movw $0x3fd, %dx
full:
    inb %dx, %al
    testb $0x20, %al
    jz full
    popw %ax
    movw $0x3f8, %dx
    outb %al, %dx
done:
    ret

boot:  .asciz "boot\n"
count: .asciz "beat "
time:  .asciz " at "
.org 510
.word 0xaa55
