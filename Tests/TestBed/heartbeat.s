# A guest without an operating system: one boot sector. On its serial line it says `boot` once, and then about five times
# a second `beat N at T`: N counts up, T is its own clock in ticks of 54.9 ms, both hexadecimal. A restart shows as a
# second `boot`, a standstill as a leap of T. It switches itself off when its power button is pressed (ACPI). At first it
# fills its memory, and between beats it writes to 512 KiB of it, so that a migration has work.
.code16
.globl start
start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw $start, %sp
    cld
    inb $0x92, %al              # all address lines
    orb $2, %al
    outb %al, $0x92
    lgdt table                  # %es learns in protected mode to reach 4 GiB, and keeps it
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    movw $8, %bx
    movw %bx, %es
    andb $0xfe, %al
    movl %eax, %cr0
    sti
    movb $0x88, %ah             # KiB above the first MiB
    int $0x15
    movzwl %ax, %ecx
    shll $8, %ecx               # in words of 32 bits
    movl $0x100000, %edi
    movl $0x5a5a5a5a, %eax
    addr32 rep stosl
    movw $boot, %si
    call text
    xorl %ebx, %ebx
    movw $0x602, %dx            # ACPI's events, where SeaBIOS puts them: tell of the power button
    movw $0x100, %ax
    outw %ax, %dx
beat:
    movw $0x600, %dx
    inw %dx, %ax
    testb $1, %ah               # it was pressed
    jz on
    movw $0x604, %dx
    movw $0x2000, %ax           # off
    outw %ax, %dx
off:                            # not at once: whatever it said until then would cut into the next boot's first line
    hlt
    jmp off
on:
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

segments:                       # nothing, then all of memory
    .quad 0, 0x00cf92000000ffff
table:
    .word 15
    .long segments
boot:  .asciz "boot\n"
count: .asciz "beat "
time:  .asciz " at "
.org 510
.word 0xaa55
